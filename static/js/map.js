/* Pan, zoom and read-out on the map that the server drew. Without this script it stands still. */
(function () {
  "use strict";
  var body = document.getElementById("body"), here = document.currentScript;
  if (!body || !window.MutationObserver) return;
  var loading = null;

  function leaflet() {
    if (!loading) loading = new Promise(function (done, failed) {
      var css = document.createElement("link"), js = document.createElement("script");
      css.rel = "stylesheet"; css.href = here.dataset.css; document.head.append(css);
      js.src = here.dataset.leaflet; js.onload = done; js.onerror = failed; document.head.append(js);
    });
    return loading;
  }

  function title(link) { var t = link && link.querySelector("title"); return t ? t.textContent : ""; }

  function enhance(figure) {
    figure.dataset.map = "on";
    leaflet().then(function () {
      var svg = figure.querySelector("svg.map"), box, read, map, moved = 0, view, bounds;
      if (!svg || !figure.isConnected) return;
      view = svg.viewBox.baseVal; bounds = [[0, 0], [view.height, view.width]];
      box = document.createElement("div"); box.className = "leaf";
      read = document.createElement("p"); read.className = "readout"; read.textContent = "Point at a ward, or go through them with Tab.";
      svg.replaceWith(box); box.after(read);
      box.style.aspectRatio = view.width + " / " + view.height;
      map = L.map(box, { crs: L.CRS.Simple, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: -6, maxZoom: 4, attributionControl: false, scrollWheelZoom: false });
      map.setMaxBounds([[-view.height * 0.2, -view.width * 0.2], [view.height * 1.2, view.width * 1.2]]);
      L.svgOverlay(svg, bounds, { interactive: true }).addTo(map);
      map.fitBounds(bounds);
      map.on("focus", function () { map.scrollWheelZoom.enable(); }).on("blur", function () { map.scrollWheelZoom.disable(); });
      map.on("dragend", function () { moved = Date.now(); });
      box.addEventListener("click", function (event) {
        if (Date.now() - moved < 250) { event.preventDefault(); event.stopPropagation(); }
      }, true);
      ["pointerover", "focusin"].forEach(function (name) {
        svg.addEventListener(name, function (event) {
          var link = event.target.closest("a") || event.target, words = title(link);
          if (words) read.textContent = words;
        });
      });
    }).catch(function () { figure.dataset.map = ""; });
  }

  /* A picture of the first map, drawn by the browser with the colours of the page. */
  function png(button) {
    fetch(button.dataset.from || location.pathname + "map.svg", { credentials: "same-origin" })
      .then(function (r) { return r.text(); })
      .then(function (text) {
        var picture = new Image(), canvas = document.createElement("canvas");
        picture.onload = function () {
          var wide = 1800, high = Math.round(wide * picture.height / picture.width), link = document.createElement("a");
          canvas.width = wide; canvas.height = high;
          var pen = canvas.getContext("2d"); pen.fillStyle = "#fff"; pen.fillRect(0, 0, wide, high);
          pen.drawImage(picture, 0, 0, wide, high);
          link.href = canvas.toDataURL("image/png"); link.download = "map.png"; link.click();
        };
        var box = /viewBox="0 0 (\d+) (\d+)"/.exec(text);
        picture.src = "data:image/svg+xml," + encodeURIComponent(text.replace("<svg ", '<svg width="' + box[1] + '" height="' + box[2] + '" '));
      });
  }

  function look() {
    body.querySelectorAll('figure[data-map=""]').forEach(enhance);
    body.querySelectorAll("[data-png][hidden]").forEach(function (b) { b.hidden = false; b.addEventListener("click", function () { png(b); }); });
  }
  new MutationObserver(look).observe(body, { childList: true, subtree: true });
  look();
})();
