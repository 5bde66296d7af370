// Ticks a whole group of receivers, says how many of it are ticked, and folds the groups on a phone so that each can be
// reached. Without it each is ticked by itself.
"use strict";

function boxes(group) {
  return [...group.querySelectorAll("input[name=to]:not(:disabled)")];
}

function show(group) {
  const ticked = boxes(group).filter((box) => box.checked).length;
  const said = group.querySelector("[data-ticked]");
  if (said) said.textContent = ticked ? said.dataset.ticked.replace("0", String(ticked)) : "";
  const all = group.querySelector("[data-tick-group]");
  if (!all) return;
  all.checked = ticked > 0 && ticked === boxes(group).length;
  all.indeterminate = ticked > 0 && !all.checked;
}

for (const group of document.querySelectorAll("[data-group]")) {
  group.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-group]")) for (const box of boxes(group)) box.checked = event.target.checked;
    show(group);
  });
  show(group);
}

const groups = [...document.querySelectorAll("details[data-group]")];
if (groups.length > 1 && window.matchMedia("(max-width: 640px)").matches) {
  for (const group of groups) group.open = boxes(group).some((box) => box.checked);
}
