/* Smoother, not needed: posts forms without leaving the page and looks again while a job runs. */
(function () {
  "use strict";
  var body = document.getElementById("body");
  if (!body || !window.fetch) return;
  var etag = "", pause = 2000, timer = null;

  function page() { return document.getElementById("page"); }

  function shown() { return document.getElementById("shown"); }

  function swap(html, url) {
    var old = shown();
    body.innerHTML = html;
    /* The server left out results that stand on the page already. */
    if (old && shown() && "kept" in shown().dataset) {
      old.querySelectorAll("button").forEach(function (b) { b.disabled = false; });
      shown().replaceWith(old);
    }
    if (url && url !== location.pathname) history.pushState(null, "", url);
    etag = ""; pause = 2000; watch(); fill();
  }

  /* Results that were too heavy for the answer: fetched now, in their place. */
  function fill() {
    var place = body.querySelector("[data-later]");
    if (!place) return;
    fetch("/workflows/" + page().dataset.workflow + "/" + place.dataset.later, { headers: { "HX-Request": "true", "X-Part": "results" }, credentials: "same-origin" })
      .then(function (r) { if (!r.ok) throw new Error(r.status); return r.text(); })
      .then(function (text) { if (place.isConnected) place.outerHTML = text; })
      .catch(function () { /* The link in its place leads to the whole page. */ });
  }

  function focusNow() {
    var log = body.querySelectorAll(".talk li"), last = log[log.length - 1];
    var alert = body.querySelector("[role=alert]"), target = alert || last;
    if (target) { target.tabIndex = -1; target.focus({ preventScroll: true }); target.scrollIntoView({ block: alert ? "center" : "start" }); }
  }

  function show(form, text) {
    var old = body.querySelector(".talk > [role=alert]");
    if (old) old.remove();
    form.insertAdjacentHTML("beforebegin", text);
    focusNow();
  }

  function send(form, data, tries) {
    var buttons = form.querySelectorAll("button");
    buttons.forEach(function (b) { b.disabled = true; });
    fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true", "X-Shown": shown() ? shown().dataset.mark : "" }, credentials: "same-origin" })
      .then(function (r) { return r.text().then(function (text) { return { r: r, text: text }; }); })
      .then(function (answer) {
        if (answer.r.ok) { swap(answer.text, answer.r.headers.get("X-Page")); focusNow(); return; }
        /* An older page: the answer is the page as it stands now, with what was typed. */
        if (answer.r.status === 409 && answer.text.indexOf('id="page"') > -1) { swap(answer.text); focusNow(); return; }
        buttons.forEach(function (b) { b.disabled = false; });
        show(form, answer.text);
      })
      .catch(function () {
        /* The line dropped: the same key again, so nothing can happen twice. */
        if (tries > 0) { setTimeout(function () { send(form, data, tries - 1); }, 1500); return; }
        buttons.forEach(function (b) { b.disabled = false; });
        show(form, '<section class="error warn" role="alert"><h2>The line is down</h2><p>Nothing was lost. Send it again when you are connected.</p></section>');
      });
  }

  body.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.enctype === "multipart/form-data") return;
    event.preventDefault();
    var data = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) data.set(event.submitter.name, event.submitter.value);
    send(form, data, 3);
  });

  function watch() {
    clearTimeout(timer);
    var p = page();
    if (!p || !p.dataset.waiting) return;
    timer = setTimeout(function () {
      if (document.hidden) { watch(); return; }
      fetch("/workflows/" + p.dataset.workflow + "/state/", { headers: etag ? { "If-None-Match": etag } : {}, credentials: "same-origin" })
        .then(function (r) {
          if (r.status === 304) { pause = Math.min(pause * 1.3, 10000); watch(); return; }
          if (!r.ok) throw new Error(r.status);
          etag = r.headers.get("ETag") || "";
          return fetch(location.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
            .then(function (f) { return f.text(); })
            .then(function (text) {
              var typed = document.getElementById("say"), kept = typed ? typed.value : "", keep = etag;
              swap(text); etag = keep;
              var field = document.getElementById("say");
              if (field && kept) field.value = kept;
              if (!page().dataset.waiting) focusNow();
            });
        })
        .catch(function () { pause = Math.min(pause * 1.5, 15000); watch(); });
    }, pause);
  }
  window.addEventListener("popstate", function () { location.reload(); });
  document.addEventListener("visibilitychange", watch);
  watch();
})();
