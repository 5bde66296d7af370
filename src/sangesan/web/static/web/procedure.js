// Lists of many households: ticking all, how many are ticked; agendas: all pass, votes filled in; copying a message.
"use strict";

function countTicked(form) {
  const shown = form.querySelector("[data-ticked]");
  if (shown) shown.textContent = form.querySelectorAll("td.tick input:checked").length;
}

for (const form of document.querySelectorAll("form[data-together]")) {
  const all = form.querySelector("[data-tick-all]");
  const boxes = () => [...form.querySelectorAll("td.tick input")];
  const refresh = () => {
    countTicked(form);
    if (!all) return;
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && ticked < boxes().length;
  };
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    refresh();
  });
  refresh();
}

const meeting = document.querySelector("form[data-meeting]");

function countOutcomes() {
  const numbers = new Map();
  for (const select of meeting.querySelectorAll("[data-outcome]")) {
    const title = select.selectedOptions[0].textContent;
    numbers.set(title, (numbers.get(title) ?? 0) + 1);
  }
  const words = [...numbers].map(([title, number]) => `${title} ${number}`);
  meeting.querySelector("[data-outcomes]").textContent = words.join(" · ");
}

function fillVotes() {
  for (const field of meeting.querySelectorAll("[data-fill]")) {
    for (const vote of meeting.querySelectorAll(`[data-vote="${field.dataset.fill}"]`)) {
      if (vote.value.trim() === "") vote.value = field.value;
    }
  }
}

if (meeting) {
  meeting.addEventListener("change", countOutcomes);
  meeting.querySelector("[data-all-pass]").addEventListener("click", () => {
    for (const select of meeting.querySelectorAll("[data-outcome]")) select.value = "pass";
    countOutcomes();
  });
  meeting.querySelector("[data-fill-votes]")?.addEventListener("click", fillVotes);
  // photos that were saved with the minutes are not sent a second time
  meeting.addEventListener("htmx:after:request", () => {
    const photos = meeting.querySelector("[name=photos]");
    if (document.querySelector("#minutes-kept .kept")) photos.value = "";
  });
  countOutcomes();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    const words = button.querySelector("[data-copied]");
    words.textContent = words.dataset.copied;
  });
}

// A download leaves the page as it is; its button must work again.
for (const form of document.querySelectorAll("form[data-download]")) {
  form.addEventListener("submit", () => {
    window.setTimeout(() => {
      for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
    }, 1500);
  });
}

// Where one lands on a phone, the step that is being taken is in view.
document.querySelector(".progress-line [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
