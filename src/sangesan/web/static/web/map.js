// The map's layers are switched and a tapped village is told beside it; without scripts the links do the same.
"use strict";

const drawing = document.querySelector("[data-map]");
const table = document.querySelector("[data-map-table]");

document.querySelector("[data-map-layers]")?.addEventListener("change", (event) => {
  drawing.classList.toggle(`hide-${event.target.value}`, !event.target.checked);
});

document.querySelector("[data-map-only]")?.addEventListener("change", (event) => {
  table.classList.toggle("only-busy", event.target.checked);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-map-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const address = link.getAttribute("href");
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    window.location.assign(address);
    return;
  }
  const panel = document.getElementById("map-village");
  panel.innerHTML = await answer.text();
  for (const spot of document.querySelectorAll(".map-spot")) {
    spot.classList.toggle("is-chosen", spot.dataset.mapLink === link.dataset.mapLink);
  }
  for (const row of table?.querySelectorAll("[data-map-link]") ?? []) {
    row.toggleAttribute("aria-current", row.dataset.mapLink === link.dataset.mapLink);
  }
  if (panel.getBoundingClientRect().top > window.innerHeight - 120) panel.scrollIntoView({ block: "center" });
});
