// Secrets of draws are made here and saved as a file in the office's hands; only their SHA-256 goes to the server.
"use strict";

const KIND = "sangesan-draw-secrets";
const toHex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const fingerprint = async (secret) => toHex(await crypto.subtle.digest("SHA-256", fromHex(secret)));

async function makeSecrets(abouts) {
  const made = [];
  for (const about of abouts) {
    const secret = toHex(crypto.getRandomValues(new Uint8Array(32)));
    made.push({ about, secret, digest: await fingerprint(secret) });
  }
  return made;
}

function save(office, fileName, secrets) {
  const text = JSON.stringify({ kind: KIND, office, secrets }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

for (const form of document.querySelectorAll("[data-make-secret]")) {
  const button = form.querySelector("[data-make]");
  const said = form.querySelector("[data-said]");
  if (!button) continue;
  if (!globalThis.crypto?.subtle) {
    button.disabled = true;
    button.dataset.staysDisabled = ""; // what the browser cannot do, going back to the page does not make possible
    said.textContent = said.dataset.unable;
    continue;
  }
  button.addEventListener("click", async () => {
    const secrets = await makeSecrets(form.dataset.about.split(","));
    save(form.dataset.office, form.dataset.fileName, secrets);
    const digest = form.elements.namedItem("digest");
    if (digest) digest.value = secrets[0].digest;
    const lines = form.elements.namedItem("lines");
    if (lines) lines.value = secrets.map((one) => `${one.about} ${one.digest}`).join("\n");
    said.textContent = `${said.dataset.made} ${secrets.map((one) => one.digest.slice(0, 12)).join(" ")}`;
    form.querySelector("[data-send]").disabled = false;
    button.disabled = true;
  });
}

for (const form of document.querySelectorAll("[data-show-secret]")) {
  const said = form.querySelector("[data-said]");
  form.querySelector("[data-file]").addEventListener("change", async (event) => {
    const input = form.elements.namedItem("secret");
    input.value = "";
    try {
      const kept = JSON.parse(await event.target.files[0].text());
      const mine = kept.secrets.find((one) => one.digest === form.dataset.digest);
      if (mine) input.value = mine.secret;
    } catch {
      // not a file of secrets: said below
    }
    said.textContent = input.value ? said.dataset.found : said.dataset.other;
  });
}
