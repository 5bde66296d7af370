/** The queue and the homes as the screens see them: what this phone has saved lies over what was downloaded. */

import type { HomeView, QueueItem } from "./contract";
import { type Core, type QueueRow, draftKey, isUnsent } from "./core";
import type { Home, InspectionBundle, Problem, Submission, Target } from "./types";

/** Forms that are about a target, not a household. */
export const ofInspector = (kind: Submission["kind"]): boolean => kind === "inspection" || kind === "finding";
export const canRetry = (row: QueueRow): boolean => row.state === "refused" && row.answer === null && !row.mendedBy;
export const canMend = (row: QueueRow): boolean => row.state === "refused" && !row.mendedBy && row.body !== "";

export function item(core: Core, row: QueueRow): QueueItem {
  const files = row.files.map((sha256) => core.files.get(sha256));
  const bytes = files.reduce((sum, file) => sum + (file?.bytes ?? 0), 0);
  const answered = row.answer !== null && row.state !== "refused";
  return {
    id: row.id, seq: row.seq, kind: row.kind, household: row.household, begins: row.begins === true,
    title: row.title, on: row.on, savedAt: row.savedAt,
    state: row.state, number: row.answer?.number ?? null, why: whyOf(row), bytes,
    sent: answered ? bytes : files.reduce((sum, file) => sum + (file?.have ?? 0), 0),
    photos: row.photos, voices: row.voices, conflicts: row.answer?.conflicts ?? [], replaces: row.replaces,
    mendedBy: row.mendedBy, canRetry: canRetry(row), canMend: canMend(row),
  };
}

function whyOf(row: QueueRow): Problem | null {
  if (row.answer && row.answer.message) {
    const { message, place, remedy } = row.answer;
    return { message, place, remedy };
  }
  return row.problem;
}

const laidOver = (row: QueueRow): boolean => row.state === "saved" || row.state === "sending" || (row.state === "sent" && !row.fetched);

/** A form with a conflict was taken as a walk all the same: between its answer and the next fetch nobody else knows. */
const walked = (row: QueueRow): boolean => laidOver(row) || (row.state === "conflict" && !row.fetched);

export function view(core: Core, home: Home): HomeView {
  const rows = [...core.queue.values()].filter((row) => row.household === home.id && !ofInspector(row.kind)).sort((a, b) => a.seq - b.seq);
  const sections: Home["sections"] = Object.fromEntries(
    Object.entries(home.sections).map(([key, { version, values }]) => [key, { version, values: { ...values } }]),
  );
  const mine = new Set<string>();
  let done = home.entered_in_round;
  let { tasks } = home;
  for (const row of rows.filter((one) => walked(one) && one.body)) {
    const sent = JSON.parse(row.body) as Submission;
    for (const [key, value] of laidOver(row) ? Object.entries(sent.changes) : []) {
      const at = key.lastIndexOf(".");
      const section = sections[key.slice(0, at)];
      if (!section) continue;
      section.values[key.slice(at + 1)] = value;
      mine.add(key);
    }
    // what a form on this phone ticks off is no longer ahead of the worker; a whole check answers every task
    if (sent.patrol?.result !== "absent") tasks = tasks.filter((task) => sent.patrol && !sent.patrol.tasks.includes(task.id));
    const round = core.head?.round;
    if (sent.patrol?.result !== "absent" && (!round || (row.on >= round.starts_on && row.on <= round.ends_on))) done ??= row.on;
  }
  const drafts = (["patrol", "visit"] as const).filter((kind) => core.drafts.has(draftKey(home.id, kind)));
  const open = rows.filter((row) => isUnsent(row) || (row.state === "conflict" && row.answer?.conflicts.some((one) => one.open)));
  return { ...home, sections, tasks, pending: open.map((row) => item(core, row)), mine: [...mine], done, drafts };
}

/** An inspector's places with what this phone has saved of them laid over. */
export function places(core: Core): InspectionBundle | null {
  if (!core.inspection) return null;
  const rows = [...core.queue.values()].filter((row) => ofInspector(row.kind) && laidOver(row) && row.body).sort((a, b) => a.seq - b.seq);
  const targets = new Map(core.inspection.targets.map((target) => [target.id, target]));
  for (const row of rows) {
    const target = targets.get(row.household);
    if (target) targets.set(target.id, laid(core.inspection, target, JSON.parse(row.body) as Submission, row.state !== "sent"));
  }
  return { ...core.inspection, targets: [...targets.values()] };
}

function laid(inspection: InspectionBundle, target: Target, { inspection: filled, finding }: Submission, waiting: boolean): Target {
  const point = inspection.checklists[target.kind]?.questions.find((one) => one.code === finding?.question);
  const recorded = point ? [...target.recorded, point.title] : target.recorded;
  const found = finding ? [...target.found, { defect: finding.defect, words: finding.words, waiting }] : target.found;
  if (!filled || !Object.keys(filled.answers).length) return { ...target, recorded, found };
  return { ...target, recorded, found, answers: filled.answers, said: filled.said, words: filled.words };
}
