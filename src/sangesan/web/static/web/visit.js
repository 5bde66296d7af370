// The in-home check: running sums of income, conclusions that fit the purposes, risks one after the other.
"use strict";

const visitForm = document.querySelector("form[data-visit]");

// Yuan as people write them; 0 for what is empty or not a number (the server says so then).
function yuanOf(field) {
  const text = field.value.replace(/[\s,，￥¥元]/g, "");
  const wan = /^(.*)万$/.exec(text);
  const number = Number(wan ? wan[1] : text) * (wan ? 10000 : 1);
  return Number.isFinite(number) ? Math.round(number * 100) / 100 : 0;
}

function shownYuan(number) {
  return number.toLocaleString("zh-CN", { maximumFractionDigits: 2 });
}

function sumIncome() {
  let net = 0;
  let asked = false;
  for (const group of visitForm.querySelectorAll("[data-group]")) {
    let sum = 0;
    for (const line of group.querySelectorAll(".visit-line")) {
      const amount = line.querySelector(".amount");
      if (amount.value.trim()) asked = true;
      if (line.querySelector("[type=checkbox]").checked) sum += yuanOf(amount);
    }
    group.querySelector("[data-total]").textContent = shownYuan(sum);
    net += sum * Number(group.dataset.sign);
  }
  let reference = net + yuanOf(visitForm.elements.claims);
  for (const field of visitForm.querySelectorAll("[data-paid]")) reference -= yuanOf(field);
  const people = Number.parseInt(visitForm.elements.people.value, 10);
  const perHead = (sum) => (asked && people > 0 ? shownYuan(Math.floor((Math.round(sum * 100)) / people) / 100) : "—");
  visitForm.querySelector("[data-net]").textContent = asked ? shownYuan(net) : "—";
  visitForm.querySelector("[data-net-per-head]").textContent = perHead(net);
  visitForm.querySelector("[data-reference-per-head]").textContent = perHead(reference);
}

// A conclusion is offered when every ticked purpose allows it.
function fitConclusions() {
  const ticked = [...visitForm.querySelectorAll("[name=purposes]:checked")].map((box) => box.dataset.allows.split(" "));
  for (const choice of visitForm.querySelectorAll("[data-outcome]")) {
    choice.hidden = !ticked.every((allows) => allows.includes(choice.dataset.outcome));
    if (choice.hidden) choice.querySelector("input").checked = false;
  }
}

// The next risk is asked once the one before is chosen.
function showRisks() {
  let before = true;
  for (const part of visitForm.querySelectorAll("[data-risk]")) {
    const chosen = part.querySelector("select").value !== "";
    part.hidden = !before && !chosen;
    before = chosen;
  }
}

function refresh() {
  sumIncome();
  fitConclusions();
  showRisks();
}

if (visitForm) {
  visitForm.addEventListener("input", refresh);
  visitForm.addEventListener("change", refresh);
  const send = visitForm.querySelector("button[type=submit]");
  visitForm.addEventListener("htmx:before:request", () => { send.disabled = true; });
  visitForm.addEventListener("htmx:finally:request", () => { send.disabled = false; });
  refresh();
}
