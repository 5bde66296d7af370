// What in an in-home check is impossible, said beside the field before it is saved. The same rules as the server's
// (visits/domain.py, visits/plausibility.py), which has the last word.
import type { Head, HomeClue, IncomeItem } from "../types";
import { fenOf } from "../components/words";
import type { Texts } from "../texts";
import { conclusionsFor, ON_PAPER, type Typed } from "./visit_typed";

/** id: of the field that shows it; at once: shown while one types, not only after a try to save. */
export interface Fault {
  id: string;
  words: string;
  atOnce?: boolean;
}

export interface Around {
  on: string;
  today: string;
  clue: HomeClue | null;
  /** Without those of the signed page. */
  photos: number;
  head: Head;
  t: Texts;
}

const MOST_PEOPLE = 30;
const SHORTEST_REASON = 4;
const BEFORE = ["clue", "identification"];
const AFTER = ["elimination", "follow_up", "tracking"];
const TWO_CHECKERS = ["clue", "identification", "elimination"];
const ALL_TESTS = ["identification", "elimination"];
const UNSAFE = ["C", "D"];
const WITHOUT_RISK = ["no_risk", "risk_gone"];

const some = (purposes: string[], of: string[]): boolean => purposes.some((purpose) => of.includes(purpose));

/** Everything that must be mended, in the form's order. */
export function faultsOf(typed: Typed, around: Around): Fault[] {
  return [
    ...purposeFaults(typed, around),
    ...dayFaults(around),
    ...checkerFaults(typed, around.t),
    ...countFaults(typed, around.t),
    ...testFaults(typed, around),
    ...moneyFaults(typed, around),
    ...resultFaults(typed, around),
    ...signingFaults(typed, around),
  ];
}

function purposeFaults({ purposes }: Typed, { t }: Around): Fault[] {
  if (!purposes.length) return [{ id: "purposes", words: t.rules.no_purpose }];
  if (some(purposes, BEFORE) && some(purposes, AFTER)) return [{ id: "purposes", words: t.rules.mixed, atOnce: true }];
  return [];
}

function dayFaults({ on, today, clue, t }: Around): Fault[] {
  if (!on) return [{ id: "on", words: t.rules.no_day }];
  if (on > today) return [{ id: "on", words: t.rules.future(today), atOnce: true }];
  if (clue && on < clue.opened_on) return [{ id: "on", words: t.rules.before_clue(clue.opened_on), atOnce: true }];
  return [];
}

function checkerFaults({ checkers, purposes }: Typed, t: Texts): Fault[] {
  const names = checkers.map((name) => name.trim());
  const given = names.filter(Boolean);
  const twice = names.findIndex((name, index) => name && names.indexOf(name) < index);
  if (twice >= 0) return [{ id: `checker-${twice + 1}`, words: t.rules.same_checker, atOnce: true }];
  if (!given.length) return [{ id: "checker-1", words: t.rules.no_checker }];
  if (given.length < 2 && some(purposes, TWO_CHECKERS)) {
    return [{ id: `checker-${names.findIndex((name) => !name) + 1}`, words: t.rules.two_checkers }];
  }
  return [];
}

function countFaults({ people, labour }: Typed, t: Texts): Fault[] {
  const read = (text: string) => (text.trim() === "" ? null : /^\d{1,2}$/.test(text.trim()) ? Number(text) : NaN);
  const [all, able] = [read(people), read(labour)];
  const bad = (count: number | null) => count !== null && !(count >= 0 && count <= MOST_PEOPLE);
  if (bad(all)) return [{ id: "people", words: t.rules.count(MOST_PEOPLE), atOnce: true }];
  if (all === 0) return [{ id: "people", words: t.rules.no_people, atOnce: true }];
  if (bad(able)) return [{ id: "labour", words: t.rules.count(MOST_PEOPLE), atOnce: true }];
  if (all !== null && able !== null && able > all) return [{ id: "labour", words: t.rules.labour_more, atOnce: true }];
  return [];
}

function testFaults(typed: Typed, { head, t }: Around): Fault[] {
  const lacking = Object.entries(head.visit.tests).filter(([test]) => !typed.tests[test]);
  const faults: Fault[] = [];
  if (some(typed.purposes, ALL_TESTS) && lacking.length) {
    const titles = lacking.map(([, title]) => title).join(t.comma);
    faults.push({ id: `test-${lacking[0]![0]}`, words: t.rules.tests_lacking(titles) });
  }
  if (UNSAFE.includes(typed.house_grade) && typed.tests.housing === "yes") {
    faults.push({ id: "house_grade", words: t.rules.grade_unsafe(typed.house_grade), atOnce: true });
  }
  return faults;
}

function amountFault(id: string, text: string, t: Texts): Fault[] {
  const { wrong } = fenOf(text);
  return wrong ? [{ id, words: t.rules[wrong], atOnce: true }] : [];
}

function moneyFaults(typed: Typed, { t }: Around): Fault[] {
  const faults = Object.entries(typed.income).flatMap(([item, line]) => amountFault(`income-${item}`, line.yuan, t));
  typed.paid.forEach((cost, index) => {
    faults.push(...amountFault(`paid-yuan-${index}`, cost.yuan, t));
    if (cost.yuan.trim() && !cost.what.trim()) faults.push({ id: `paid-what-${index}`, words: t.rules.paid_no_what });
    if (cost.what.trim() && !cost.yuan.trim()) faults.push({ id: `paid-yuan-${index}`, words: t.rules.paid_no_yuan });
  });
  faults.push(...amountFault("claims", typed.claims, t), ...amountFault("debts", typed.debts, t));
  const asked = Object.values(typed.income).some((line) => line.yuan.trim());
  if (asked && !typed.people.trim()) faults.unshift({ id: "people", words: t.rules.people_for_income });
  return faults;
}

function resultFaults(typed: Typed, { head, t }: Around): Fault[] {
  const faults: Fault[] = [];
  const allowed = conclusionsFor(typed.purposes, head).map(([code]) => code);
  if (!typed.conclusion) faults.push({ id: "conclusion", words: t.rules.no_conclusion });
  else if (!allowed.includes(typed.conclusion))
    faults.push({ id: "conclusion", words: t.rules.conclusion_unfit, atOnce: true });
  if (typed.conclusion === "no_risk" && typed.reason.trim().length < SHORTEST_REASON) {
    faults.push({ id: "reason", words: t.rules.reason_short });
  }
  const risks = typed.risks.filter(Boolean);
  const twice = typed.risks.findIndex((risk, index) => risk && typed.risks.indexOf(risk) < index);
  if (twice >= 0) faults.push({ id: `risk-${twice + 1}`, words: t.rules.risk_twice, atOnce: true });
  if (typed.conclusion === "needs_procedure" && typed.purposes.includes("identification") && !risks.length) {
    faults.push({ id: "risk-1", words: t.rules.risk_none });
  }
  if (WITHOUT_RISK.includes(typed.conclusion) && risks.length) {
    faults.push({ id: "risk-1", words: t.rules.risk_unfit, atOnce: true });
  }
  return faults;
}

function signingFaults(typed: Typed, { t }: Around): Fault[] {
  if (!typed.signed_how) return [];
  const faults: Fault[] = [];
  if (!typed.signed_by && !typed.signed_by_name.trim()) faults.push({ id: "signed_by", words: t.rules.no_signer });
  if (typed.signed_how === "finger" && !typed.signature) faults.push({ id: "signature", words: t.rules.no_signature });
  if (ON_PAPER.includes(typed.signed_how) && !typed.scans.length) faults.push({ id: "scans", words: t.rules.no_scan });
  return faults;
}

/** What is possible but odd: shown as a reminder, never in the way. */
export function doubtsOf(typed: Typed, items: IncomeItem[], { head, photos, t }: Around): string[] {
  const doubts: string[] = [];
  if (!Object.values(typed.members).includes("seen")) doubts.push(t.rules.doubt_nobody);
  if (!photos) doubts.push(t.rules.doubt_photo);
  if (!typed.signed_how) doubts.push(t.rules.doubt_unsigned);
  const filled = (kind: string) =>
    items.some((item) => item.code.startsWith(`${kind}_`) && (fenOf(typed.income[item.code]?.yuan ?? "").fen ?? 0) > 0);
  const asked = Object.values(typed.income).some((line) => line.yuan.trim());
  if (some(typed.purposes, ALL_TESTS) && !asked) doubts.push(t.rules.doubt_income);
  for (const [test, title] of Object.entries(head.visit.tests)) {
    if (typed.tests[test] !== "no") continue;
    if (!typed.tests_notes[test]?.trim()) doubts.push(t.rules.doubt_test(title));
    if (WITHOUT_RISK.includes(typed.conclusion)) doubts.push(t.rules.doubt_test_risk(title));
  }
  if (filled("business") && !filled("cost")) doubts.push(t.rules.doubt_cost);
  for (const cost of typed.paid)
    if (cost.what.trim() && !cost.vouchers) doubts.push(t.rules.doubt_voucher(cost.what.trim()));
  return doubts;
}
