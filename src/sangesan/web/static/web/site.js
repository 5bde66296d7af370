// What pages do beyond links, forms and htmx. Everything works by attributes; nothing is inline.
"use strict";

const shell = document.querySelector("[data-shell]");

function openMenu(open) {
  shell.classList.toggle("shell-open", open);
  document.querySelector("[data-menu-open]").setAttribute("aria-expanded", String(open));
}

function foldMenu() {
  const narrow = shell.classList.toggle("shell-narrow");
  if (narrow) for (const group of document.querySelectorAll(".menu-group")) group.open = true; // icons have no headings to unfold
  document.cookie = `menu=${narrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
}

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-menu-open]")) openMenu(!shell.classList.contains("shell-open"));
  else if (target.closest("[data-menu-close]")) openMenu(false);
  else if (target.closest("[data-menu-fold]")) foldMenu();
  for (const drop of document.querySelectorAll("details[data-drop][open]")) {
    if (!drop.contains(target)) drop.open = false;
  }
  const row = target.closest("tr[data-href]");
  if (row && !target.closest("a, button, input, label, summary") && !String(window.getSelection())) {
    window.location.assign(row.dataset.href);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (shell?.classList.contains("shell-open")) openMenu(false);
  for (const drop of document.querySelectorAll("details[data-drop][open]")) drop.open = false;
});

// Filters ask at once; empty fields stay out of the address.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (form && event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-filters]")) {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    window.setTimeout(() => {
      for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
    });
  }
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form [disabled]:not([data-stays-disabled])")) field.disabled = false;
});

// On a phone the filters are folded until one is used.
for (const fold of document.querySelectorAll("details[data-fold-on-phone]")) {
  if (window.matchMedia("(max-width: 640px)").matches && !window.location.search) fold.open = false;
}

// A file can be dropped as well as chosen.
for (const zone of document.querySelectorAll("[data-drop-zone]")) {
  const input = zone.querySelector("input[type=file]");
  const name = zone.querySelector("[data-file-name]");
  const show = () => {
    if (input.files.length) name.textContent = `${input.files[0].name}（${Math.ceil(input.files[0].size / 1024)} KB）`;
    zone.classList.toggle("has-file", input.files.length > 0);
  };
  input.addEventListener("change", show);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        show();
      }
    });
  }
}

// Fields that only matter for one answer are shown only then.
function showDependents(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, value] = part.dataset.when.split("=");
    const chosen = form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
    part.hidden = chosen !== value;
    for (const field of part.querySelectorAll("[data-required]")) field.required = chosen === value;
  }
}
for (const form of document.querySelectorAll("form[data-dependents]")) {
  form.addEventListener("change", () => showDependents(form));
  showDependents(form);
}

// A page left open for long: its forms get the fresh token of the answer, and what was sent is sent once more.
let sentAgain = false;
document.addEventListener("htmx:finally:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  const token = response?.headers.get("Fresh-Token");
  const again = token && !sentAgain;
  sentAgain = Boolean(token);
  if (!token) return;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  if (!again) return;
  window.setTimeout(() => {
    if (sourceElement.matches("form")) sourceElement.requestSubmit();
    else sourceElement.click();
  });
});
