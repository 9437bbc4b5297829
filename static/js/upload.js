/* Sends a file in parts that any server process may take (tus 1.0). Without it the form posts as it stands.
   Nothing is remembered here: what has come is asked of the server, by name and size, and compared by CRC-32. */
(function () {
  "use strict";
  if (!window.XMLHttpRequest || !window.Blob || !Blob.prototype.arrayBuffer || !window.Promise) return;
  var PART = 262144, table = new Uint32Array(256), job = null;
  for (var n = 0; n < 256; n++) {
    for (var c = n, k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320 ^ (c >>> 1) : c >>> 1;
    table[n] = c >>> 0;
  }

  function crc(bytes, value) {
    value = ~value;
    for (var i = 0; i < bytes.length; i++) value = table[(value ^ bytes[i]) & 255] ^ (value >>> 8);
    return ~value >>> 0;
  }

  /* CRC-32 of the first `end` bytes, a megabyte in memory at a time. */
  function crcOf(file, end, from, value) {
    from = from || 0;
    if (from >= end) return Promise.resolve(value || 0);
    var to = Math.min(end, from + 1048576);
    return file.slice(from, to).arrayBuffer().then(function (b) { return crcOf(file, end, to, crc(new Uint8Array(b), value || 0)); });
  }

  function hex(value) { return ("0000000" + value.toString(16)).slice(-8); }

  function base64(text) { return btoa(unescape(encodeURIComponent(text))); }

  function call(method, url, headers, body, onprogress) {
    return new Promise(function (resolve, reject) {
      var request = new XMLHttpRequest();
      if (job) job.request = request;
      request.open(method, url);
      request.timeout = 180000;
      request.setRequestHeader("Accept", "application/json");
      if (url.indexOf("/uploads/") === 0) request.setRequestHeader("Tus-Resumable", "1.0.0");
      for (var name in headers) request.setRequestHeader(name, headers[name]);
      if (onprogress) request.upload.onprogress = onprogress;
      request.onload = function () {
        var words = "";
        try { words = JSON.parse(request.responseText).error.message; } catch (e) { /* no words */ }
        if (request.status < 400) resolve(request); else reject({ status: request.status, words: words });
      };
      request.onerror = request.ontimeout = request.onabort = function () { reject({ status: 0, words: "" }); };
      request.send(body || null);
    });
  }

  function mb(bytes) { return (bytes / 1048576).toFixed(1); }

  function show(text) { job.box.querySelector("p").textContent = text; }

  /* The words stand in the page, in its language; the figures are put in here. */
  function say(name) {
    var size = job.file.size, done = job.done || job.offset || 0, lang = document.documentElement.lang;
    var values = { done: done.toLocaleString(lang), size: size.toLocaleString(lang), done_mb: mb(done), size_mb: mb(size), minutes: job.left };
    return job.box.dataset[name].replace(/\{(\w+)\}/g, function (all, key) { return values[key]; });
  }

  /* The bar moves at once; the words with each part or 3 s later, because they are read out. */
  function progress(done, now) {
    var sent = done - job.first, left = Math.ceil((job.file.size - done) / (sent / (Date.now() - job.began)) / 60000);
    job.box.querySelector("progress").value = 100 * done / job.file.size;
    if (!now && Date.now() - job.told < 3000) return;
    job.told = Date.now();
    job.done = done; job.left = left;
    show(say(sent <= 0 ? "sent" : left <= 1 ? "soon" : "left"));
    job.done = 0;
  }

  /* The upload of this very file that is not complete, or null. */
  function find(file) {
    return call("GET", "/uploads/?name=" + encodeURIComponent(file.name) + "&size=" + file.size).then(function (r) {
      return JSON.parse(r.responseText).uploads.reduce(function (before, u) {
        return before.then(function (found) {
          return found || crcOf(file, u.offset).then(function (value) { return hex(value) === u.crc32 ? u : null; });
        });
      }, Promise.resolve(null));
    });
  }

  function announce(file) {
    return call("POST", "/uploads/", { "Upload-Length": file.size, "Upload-Metadata": "filename " + base64(file.name) })
      .then(function (r) { return { location: r.getResponseHeader("Location"), offset: 0, workflows: [] }; });
  }

  /* A workflow that waits for the file: its code finds it again on any device. */
  function attach(found) {
    var given = job.form.elements.workflow;
    if (found.workflows.length && !given) return found.workflows[0];
    var fields = new FormData(job.form);
    fields.delete("file");
    fields.append("upload", found.location.split("/")[2]);
    return call("POST", job.form.action, {}, fields).then(function (r) {
      return { location: r.getResponseHeader("Location"), resume_code: JSON.parse(r.responseText).resume_code };
    });
  }

  function begin() {
    return find(job.file).then(function (found) { return found || announce(job.file); }).then(function (found) {
      return Promise.resolve(attach(found)).then(function (workflow) {
        job.url = found.location; job.page = workflow.location; job.offset = found.offset;
        var hint = job.box.querySelectorAll("p")[1];
        hint.hidden = false;
        hint.querySelector("b").textContent = workflow.resume_code;
        history.replaceState(null, "", job.page);
        fresh();
      });
    });
  }

  function fresh() { job.first = job.offset; job.began = Date.now(); progress(job.offset, true); }

  function ask() {
    return call("HEAD", job.url).then(function (r) { job.offset = +r.getResponseHeader("Upload-Offset"); fresh(); });
  }

  function send() {
    var at = job.offset, part = job.file.slice(at, at + PART);
    return part.arrayBuffer().then(function (buffer) {
      var v = crc(new Uint8Array(buffer), 0);
      return call("PATCH", job.url, {
        "Content-Type": "application/offset+octet-stream", "Upload-Offset": at,
        "Upload-Checksum": "crc32 " + btoa(String.fromCharCode(v >>> 24, v >>> 16 & 255, v >>> 8 & 255, v & 255))
      }, buffer, function (e) { progress(at + Math.min(e.loaded, part.size)); });
    }).then(function (r) { job.offset = +r.getResponseHeader("Upload-Offset"); job.wait = 1000; progress(job.offset, true); });
  }

  function run() {
    if (job.paused) return;
    var lost = job.lost, turn = ++job.turn;
    job.lost = false;
    (!job.url ? begin() : lost ? ask() : Promise.resolve()).then(function next() {
      if (job.paused || turn !== job.turn) return;
      if (job.offset < job.file.size) return send().then(next);
      location.href = job.page;
    }).catch(function (error) { if (job && turn === job.turn) failed(error); });
  }

  function failed(error) {
    job.lost = true;
    if (job.paused) return;
    var again = !error.status || error.status >= 500 || [409, 423, 429, 460].indexOf(error.status) >= 0 && job.url;
    if (!again || error.status === undefined) { stop(error.words || say("failed")); return; }
    show(say("down"));
    job.timer = setTimeout(run, job.wait);
    job.wait = Math.min(job.wait * 2, 30000);
  }

  function stop(words) {
    show(words);
    job.form.querySelector("button").disabled = false;
    job.button.hidden = true;
    job = null;
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, file = form.id === "upload" && form.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    if (job) return;
    job = { form: form, file: file, box: form.querySelector("#sending"), button: form.querySelector("#pause"), wait: 1000, offset: 0, turn: 0 };
    job.box.hidden = job.button.hidden = false;
    job.button.textContent = say("pause");
    form.querySelector("button").disabled = true;
    show(say("looking"));
    run();
  });

  document.addEventListener("click", function (event) {
    if (!job || event.target !== job.button) return;
    job.paused = !job.paused;
    job.button.textContent = say(job.paused ? "on" : "pause");
    if (!job.paused) { run(); return; }
    job.lost = true; job.turn++;
    clearTimeout(job.timer);
    if (job.request) job.request.abort();
    show(say("paused"));
  });

  window.addEventListener("online", function () {
    if (job && job.timer && !job.paused) { clearTimeout(job.timer); job.timer = null; run(); }
  });
})();
