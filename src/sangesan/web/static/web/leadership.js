// Ticks a whole group of receivers, and says when not all of it is ticked. Without it each is ticked by itself.
"use strict";

function boxes(group) {
  return [...group.querySelectorAll("input[name=to]:not(:disabled)")];
}

function show(group) {
  const all = group.querySelector("[data-tick-group]");
  if (!all) return;
  const ticked = boxes(group).filter((box) => box.checked).length;
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
