// An in-home check as it is typed: texts as they stand in the fields. What is sent is made from it, and it from a refused one.
import type { Draft, HomeView } from "../store";
import type { Head, IncomeItem, VisitPart } from "../types";
import { fenOf, plainYuan } from "../components/words";

export const CHECKERS = 3;
export const MOST_RISKS = 5;
export const ON_PAPER = ["fingerprint", "paper", "proxy"];
const NOT_COUNTED = "transfer_donation"; // as a rule outside the net income

export type Where = "seen" | "away" | "";
export type Safe = "yes" | "no" | "";

export interface TypedLine {
  yuan: string;
  counted: boolean;
  note: string;
}

export interface TypedPaid {
  what: string;
  yuan: string;
  vouchers: boolean;
}

export interface Typed {
  clue: number | null;
  clue_version: number | null;
  purposes: string[];
  checkers: string[];
  began_at: string;
  place: string;
  members: Record<string, Where>;
  members_note: string;
  people: string;
  labour: string;
  tests: Record<string, Safe>;
  tests_notes: Record<string, string>;
  house_grade: string;
  water_source: string;
  income: Record<string, TypedLine>;
  paid: TypedPaid[];
  claims: string;
  debts: string;
  conclusion: string;
  reason: string;
  risks: string[];
  opinion: string;
  signed_how: string;
  signed_by: string;
  signed_by_name: string;
  signature: string | null;
  /** Photos of the page signed on paper. */
  scans: string[];
}

/** Costs of business are subtracted; all else adds up. */
export const isCost = (item: string): boolean => item.startsWith("cost_");
export const countedAsRule = (item: string): boolean => item !== NOT_COUNTED;
export const emptyLine = (item: string): TypedLine => ({ yuan: "", counted: countedAsRule(item), note: "" });

const words = (count: number | null | undefined): string =>
  count === null || count === undefined ? "" : String(count);
const safe = (test: boolean | null | undefined): Safe => (test === true ? "yes" : test === false ? "no" : "");

/** What the fields show for a form that is new, or that comes back refused. */
export function typedOf(visit: VisitPart, home: HomeView, head: Head, worker: string): Typed {
  const checkers = visit.checkers.length ? [...visit.checkers] : [worker];
  while (checkers.length < CHECKERS) checkers.push("");
  const where = (id: number): Where =>
    visit.members_seen.includes(id) ? "seen" : visit.members_away.includes(id) ? "away" : "";
  return {
    clue: visit.clue,
    clue_version: visit.clue_version,
    purposes: visit.purposes.filter((purpose) => purpose in head.visit.conclusions),
    checkers,
    began_at: visit.began_at ?? "",
    place: visit.place || home.place,
    members: Object.fromEntries(home.members.map((member) => [member.id, where(member.id)])),
    members_note: visit.members_note,
    people: words(visit.people),
    labour: words(visit.labour),
    tests: Object.fromEntries(Object.keys(head.visit.tests).map((test) => [test, safe(visit.tests[test])])),
    tests_notes: { ...visit.tests_notes },
    house_grade: visit.house_grade,
    water_source: visit.water_source,
    income: Object.fromEntries(
      visit.income.map((line) => [line.item, { yuan: plainYuan(line.fen), counted: line.counted, note: line.note }]),
    ),
    paid: visit.self_paid.map((cost) => ({
      what: cost.what,
      yuan: plainYuan(cost.fen),
      vouchers: Boolean(cost.vouchers),
    })),
    claims: visit.claims_fen ? plainYuan(visit.claims_fen) : "",
    debts: visit.debts_fen ? plainYuan(visit.debts_fen) : "",
    conclusion: visit.conclusion,
    reason: visit.reason,
    risks: [...visit.risks],
    opinion: visit.opinion,
    signed_how: visit.signed_how,
    signed_by: words(visit.signed_by),
    signed_by_name: visit.signed_by_name,
    signature: visit.signature,
    scans: visit.scans ?? [],
  };
}

const numberOf = (text: string): number | null => (/^\d{1,3}$/.test(text.trim()) ? Number(text.trim()) : null);
const idsAt = (typed: Typed, where: Where): number[] =>
  Object.entries(typed.members)
    .filter(([, at]) => at === where)
    .map(([id]) => Number(id));

/** What is sent; fields that cannot be read count as empty (the rules say so before anything is saved). */
export function visitOf(typed: Typed, items: IncomeItem[]): VisitPart {
  const known = Object.entries(typed.tests).filter(([, answer]) => answer);
  return {
    clue: typed.clue,
    clue_version: typed.clue_version,
    purposes: typed.purposes,
    checkers: typed.checkers.map((name) => name.trim()).filter(Boolean),
    began_at: typed.began_at || null,
    place: typed.place.trim(),
    members_seen: idsAt(typed, "seen"),
    members_away: idsAt(typed, "away"),
    members_note: typed.members_note.trim(),
    tests: Object.fromEntries(known.map(([test, answer]) => [test, answer === "yes"])),
    tests_notes: Object.fromEntries(Object.entries(typed.tests_notes).filter(([, note]) => note.trim())),
    income: items.flatMap(({ code }) => {
      const line = typed.income[code];
      const fen = line ? fenOf(line.yuan).fen : null;
      return line && fen !== null ? [{ item: code, fen, counted: line.counted, note: line.note.trim() }] : [];
    }),
    self_paid: typed.paid.flatMap((cost) => {
      const { fen } = fenOf(cost.yuan);
      return fen === null ? [] : [{ what: cost.what.trim(), fen, vouchers: cost.vouchers }];
    }),
    claims_fen: fenOf(typed.claims).fen ?? 0,
    debts_fen: fenOf(typed.debts).fen ?? 0,
    people: numberOf(typed.people),
    labour: numberOf(typed.labour),
    house_grade: typed.house_grade,
    water_source: typed.water_source,
    risks: typed.risks.filter(Boolean),
    conclusion: typed.conclusion,
    reason: typed.reason.trim(),
    opinion: typed.opinion.trim(),
    signed_how: typed.signed_how,
    signed_by: typed.signed_how ? numberOf10(typed.signed_by) : null,
    signed_by_name: typed.signed_how ? typed.signed_by_name.trim() : "",
    signature: typed.signed_how === "finger" ? typed.signature : null,
    scans: ON_PAPER.includes(typed.signed_how) ? typed.scans : [],
  };
}

const numberOf10 = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

/** The typed form that a draft carries, or one made from its visit. */
export function typedIn(draft: Draft, home: HomeView, head: Head, worker: string): Typed | null {
  const kept = draft.screen?.typed as Typed | undefined;
  const made = draft.visit ? typedOf(draft.visit, home, head, worker) : null;
  return kept && made ? { ...made, ...kept } : (kept ?? made); // a field that a newer app added is there too
}

export interface Sums {
  groups: Record<string, number>;
  asked: boolean;
  net: number;
  reference: number;
  people: number;
}

/** Running sums in fen, counted lines only; per head is for the one who shows it. */
export function sumsOf(typed: Typed, items: IncomeItem[]): Sums {
  const groups: Record<string, number> = {};
  let asked = false;
  let net = 0;
  for (const { code, group } of items) {
    const line = typed.income[code];
    const fen = line ? fenOf(line.yuan).fen : null;
    if (!line || fen === null) continue;
    asked = true;
    if (!line.counted) continue;
    groups[group] = (groups[group] ?? 0) + fen;
    net += isCost(code) ? -fen : fen;
  }
  const paid = typed.paid.reduce((sum, cost) => sum + (fenOf(cost.yuan).fen ?? 0), 0);
  return {
    groups,
    asked,
    net,
    reference: net + (fenOf(typed.claims).fen ?? 0) - paid,
    people: numberOf(typed.people) ?? 0,
  };
}

/** Conclusions that every chosen purpose allows. */
export function conclusionsFor(purposes: string[], head: Head): [string, string][] {
  const allowed = purposes.map((purpose) => head.visit.conclusions[purpose] ?? {});
  const all = Object.assign({}, ...Object.values(head.visit.conclusions)) as Record<string, string>;
  return Object.entries(all).filter(([code]) => allowed.length > 0 && allowed.every((titles) => code in titles));
}
