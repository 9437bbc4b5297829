/* Smoother, not needed: posts forms without leaving the page and looks again while a job runs. */
(function () {
  "use strict";
  var body = document.getElementById("body");
  if (!body || !window.fetch) return;
  var etag = "", pause = 2000, timer = null, told = document.getElementById("told"), here = location.pathname + location.search, own = document.currentScript.dataset;

  function page() { return document.getElementById("page"); }

  function shown() { return document.getElementById("shown"); }

  /* The region stands outside of what is swapped: one that came with its words would not be read out. */
  function tell(words) { if (told) told.textContent = words; }

  var WORKS = "a,button,input,select,textarea,summary";

  /* What has the focus, to find it again in the page that comes: its id, or the form or address it belongs to. */
  function held() {
    var e = document.activeElement, form = e && e.closest("form"), name;
    if (!e || e === body || !body.contains(e)) return null;
    name = e.name ? '[name="' + e.name + '"]' + (e.tagName === "BUTTON" ? '[value="' + e.value + '"]' : "") : "";
    return {
      find: e.id ? "#" + e.id : e.hasAttribute("href") ? 'a[href="' + e.getAttribute("href") + '"]' : form ? 'form[action="' + form.getAttribute("action") + '"] ' + e.tagName + name : "",
      works: e.matches(WORKS), typed: e.id === "say" ? e.value : null, from: e.id === "say" ? e.selectionStart : 0, to: e.id === "say" ? e.selectionEnd : 0
    };
  }

  /* True when the focus stands again where it was. */
  function hold(was) {
    var e = was && was.find ? body.querySelector(was.find) : null;
    if (!e) return false;
    if (!e.matches(WORKS)) e.tabIndex = -1;
    if (was.typed !== null) { e.value = was.typed; e.setSelectionRange(was.from, was.to); }
    e.focus({ preventScroll: true });
    return document.activeElement === e;
  }

  function swap(html, url) {
    var old = shown();
    body.innerHTML = html;
    /* The server left out results that stand on the page already. */
    if (old && shown() && "kept" in shown().dataset) {
      old.querySelectorAll("form[aria-busy]").forEach(function (f) { f.removeAttribute("aria-busy"); });
      shown().replaceWith(old);
    }
    if (url && url !== location.pathname) { history.pushState(null, "", url); here = location.pathname + location.search; }
    etag = ""; pause = 2000; watch(); fill(); maps();
  }

  /* What moves a map is fetched with the first map. */
  function maps() {
    if (!own.map || !body.querySelector("figure[data-map]")) return;
    var script = document.createElement("script");
    script.dataset.leaflet = own.leaflet; script.dataset.css = own.css; script.src = own.map;
    delete own.map; document.head.append(script);
  }

  /* Results that were too heavy for the answer: fetched now, in their place. */
  function fill() {
    var place = body.querySelector("[data-later]");
    if (!place) return;
    fetch("/workflows/" + page().dataset.workflow + "/" + place.dataset.later, { headers: { "HX-Request": "true", "X-Part": "results" }, credentials: "same-origin" })
      .then(function (r) { if (!r.ok) throw new Error(r.status); return r.text(); })
      .then(function (text) { if (place.isConnected) { var lost = place.contains(document.activeElement), now; place.outerHTML = text; maps(); now = document.getElementById("results"); if (lost && now) { now.tabIndex = -1; now.focus({ preventScroll: true }); } } })
      .catch(function () { /* The link in its place leads to the whole page. */ });
  }

  /* What the job is doing, without the clock. */
  function news() { var box = body.querySelector("#now .progress"); return box ? box.getAttribute("aria-label") + (box.hasAttribute("value") ? ", " + Math.round(box.value) + " %" : "") : ""; }

  function focusNow() {
    var log = body.querySelectorAll(".talk li"), last = log[log.length - 1];
    var alert = body.querySelector("[role=alert]"), target = alert || last;
    tell("");
    if (target) { target.tabIndex = -1; target.focus({ preventScroll: true }); target.scrollIntoView({ block: alert ? "center" : "start" }); }
  }

  function show(form, text) {
    var old = body.querySelector(".talk > [role=alert]");
    if (old) old.remove();
    form.insertAdjacentHTML("beforebegin", text);
    focusNow();
  }

  function send(form, data, tries) {
    form.setAttribute("aria-busy", "true"); tell(told && told.dataset.sending || "");
    fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true", "X-Shown": shown() ? shown().dataset.mark : "" }, credentials: "same-origin" })
      .then(function (r) { return r.text().then(function (text) { return { r: r, text: text }; }); })
      .then(function (answer) {
        if (answer.r.ok) { swap(answer.text, answer.r.headers.get("X-Page")); focusNow(); return; }
        /* An older page: the answer is the page as it stands now, with what was typed. */
        if (answer.r.status === 409 && answer.text.indexOf('id="page"') > -1) { swap(answer.text); focusNow(); return; }
        form.removeAttribute("aria-busy");
        show(form, answer.text);
      })
      .catch(function () {
        /* The line dropped: the same key again, so nothing can happen twice. */
        if (tries > 0) { setTimeout(function () { send(form, data, tries - 1); }, 1500); return; }
        form.removeAttribute("aria-busy");
        show(form, '<section class="error warn" role="alert"><h2>The line is down</h2><p>Nothing was lost. Send it again when you are connected.</p></section>');
      });
  }

  body.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.enctype === "multipart/form-data") return;
    event.preventDefault();
    /* A button that is switched off would drop the focus to the top of the page; a second press does nothing. */
    if (form.getAttribute("aria-busy")) return;
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
              var typed = document.getElementById("say"), kept = typed ? typed.value : "", keep = etag, was = held();
              var e = document.activeElement, outside = e && e !== document.body && !body.contains(e);
              swap(text); etag = keep;
              var field = document.getElementById("say"), log = body.querySelectorAll(".talk li"), done = !page().dataset.waiting;
              if (field && kept) field.value = kept;
              /* Who works at another place stays there and is told. Everybody else is taken to the news when the job has ended. */
              if (outside || (was && (was.works || !done) && hold(was))) tell(done && log.length ? log[log.length - 1].innerText : news());
              else if (done || was) focusNow();
              else tell(news());
            });
        })
        .catch(function () { pause = Math.min(pause * 1.5, 15000); watch(); });
    }, pause);
  }
  /* Who comes back to a question finds it in view; the talk before it stands above. */
  (function () {
    var ask = body.querySelector(".ask"), log = body.querySelectorAll(".talk li"), last = log[log.length - 1];
    if (!location.hash && ask && last && !body.querySelector("#shown") && ask.getBoundingClientRect().bottom > innerHeight) last.scrollIntoView();
  })();
  /* Not for a link to a place of this page: that fires the same event and would fetch everything again. */
  window.addEventListener("popstate", function () { if (location.pathname + location.search !== here) location.reload(); });
  document.addEventListener("visibilitychange", watch);
  watch();
})();
