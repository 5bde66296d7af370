// Village duties: Enter in the search looks for households instead of sending the form; what was chosen to be sent
// is shown and can be taken out again.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-search]")) return;
  event.preventDefault();
  event.target.closest("[data-picker]").querySelector("[data-find]").click();
});

// Files chosen one after another (a phone's camera gives one at a time) add up; without scripts the last choice is sent.
function chosen(input) {
  const names = input.parentElement.querySelector("[data-photo-count]");
  const list = document.createElement("ul");
  list.className = "chosen-files";
  (input.closest("label") ?? input).after(list);
  let kept = [];

  function show() {
    const carrier = new DataTransfer();
    for (const file of kept) carrier.items.add(file);
    input.files = carrier.files;
    if (names) names.textContent = kept.length ? names.dataset.photoCount.replace("0", String(kept.length)) : "";
    for (const picture of list.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    list.replaceChildren(...kept.map(line));
  }

  function line(file) {
    const item = document.createElement("li");
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      item.append(picture);
    }
    const name = document.createElement("span");
    name.textContent = file.name;
    const out = document.createElement("button");
    out.type = "button";
    out.className = "btn btn-sm";
    out.textContent = "×";
    out.setAttribute("aria-label", `${input.dataset.photos} ${file.name}`.trim());
    out.addEventListener("click", () => {
      kept = kept.filter((one) => one !== file);
      show();
    });
    item.append(name, out);
    return item;
  }

  input.addEventListener("change", () => {
    const same = (one) => (other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
    kept = [...kept, ...[...input.files].filter((file) => !kept.some(same(file)))];
    show();
  });
}

document.querySelectorAll("[data-photos]").forEach(chosen);
