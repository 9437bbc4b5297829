/* Sends one file with tus-js-client as it comes from npm, and says on stdout what it did.
   send.cjs TOLD, where TOLD is JSON: client, endpoint, file, name, cookie, part, store; url (go on
   there); quit_at (end without a goodbye when so many bytes are stored). */
"use strict";
const fs = require("node:fs");
const told = JSON.parse(process.argv[2]);
const tus = require(told.client);
const did = { put: 0, requests: 0, retries: 0, stored: 0, began_at: null, url: null, done: false, error: null };

function end(code) {
  did.url = upload.url;
  fs.writeSync(1, JSON.stringify(did) + "\n");
  process.exit(code);
}

const upload = new tus.Upload(fs.createReadStream(told.file), {
  endpoint: told.endpoint,
  uploadUrl: told.url || null,
  ...(told.store && { urlStorage: new tus.FileUrlStorage(told.store) }),
  storeFingerprintForResuming: Boolean(told.store),
  metadata: { filename: told.name },
  headers: { Cookie: told.cookie },
  chunkSize: told.part,
  retryDelays: Array(12).fill(60),
  onBeforeRequest: (request) => { did.requests += 1; did.method = request.getMethod(); },
  onAfterResponse: (request, response) => {
    if (did.began_at === null && request.getMethod() !== "POST") {
      did.began_at = Number(response.getHeader("Upload-Offset"));
    }
  },
  onShouldRetry: (error) => {
    did.retries += 1;
    const answer = error.originalResponse;
    return !answer || answer.getStatus() >= 500 || [409, 423, 429].includes(answer.getStatus());
  },
  onChunkComplete: (size, accepted) => {
    did.put += size;
    did.stored = accepted;
    if (told.quit_at && accepted >= told.quit_at) end(0);
  },
  onSuccess: () => { did.done = true; end(0); },
  onError: (error) => { did.error = String(error); end(1); },
});

(told.store ? upload.findPreviousUploads() : Promise.resolve([])).then((found) => {
  if (found.length) upload.resumeFromPreviousUpload(found[0]);
  upload.start();
}, (error) => { did.error = String(error); end(1); });
