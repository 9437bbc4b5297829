/* Shows how far an upload is; without it the form posts as it stands. */
(function () {
  "use strict";
  var form = document.getElementById("upload");
  if (!form || !window.XMLHttpRequest || !window.FormData) return;
  var box = document.getElementById("sending"), bar = box.querySelector("progress"), text = box.querySelector("p");
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var start = Date.now(), request = new XMLHttpRequest();
    box.hidden = false;
    form.querySelector("button").disabled = true;
    request.upload.onprogress = function (e) {
      if (!e.lengthComputable) return;
      var left = (e.total - e.loaded) / (e.loaded / (Date.now() - start)) / 60000;
      bar.value = 100 * e.loaded / e.total;
      text.textContent = (e.loaded / 1048576).toFixed(1) + " of " + (e.total / 1048576).toFixed(1) + " MB sent, about " + (left < 1 ? "less than a minute" : Math.ceil(left) + " minutes") + " left.";
    };
    request.onload = function () {
      if (request.status === 201) { location.href = request.getResponseHeader("Location"); return; }
      form.querySelector("button").disabled = false;
      var words = "The upload did not work. Please try again.";
      try { words = JSON.parse(request.responseText).error.message; } catch (e) { /* not JSON: the words above */ }
      text.textContent = words;
    };
    request.onerror = function () {
      form.querySelector("button").disabled = false;
      text.textContent = "The line dropped. Choose Upload again; the same file is recognised.";
    };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(new FormData(form));
  });
})();
