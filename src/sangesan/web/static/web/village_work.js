// Village duties: Enter in the search looks for households instead of sending the form; what was chosen to be sent is named.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-search]")) return;
  event.preventDefault();
  event.target.closest("[data-picker]").querySelector("[data-find]").click();
});

for (const input of document.querySelectorAll("[data-photos]")) {
  const names = input.closest("label").querySelector("[data-photo-count]");
  input.addEventListener("change", () => {
    names.textContent = input.files.length ? names.dataset.photoCount.replace("0", String(input.files.length)) : "";
  });
}
