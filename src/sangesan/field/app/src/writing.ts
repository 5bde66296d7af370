/** Drafts, and the forms they become in the queue: on the disk, sealed, before anybody hears that they are saved. */

import { utf8, uuid } from "./bytes";
import { correctedNow, moment, today } from "./clock";
import { Refused, type Draft, type QueueItem } from "./contract";
import { type Core, type QueueRow, draftKey, isUnsent } from "./core";
import { canMend, canRetry, item, ofInspector, places } from "./showing";
import type { Prefill, Sha256, Submission, Uuid, VisitPart } from "./types";

/** Longer on this phone than the server's word about it is of use to the worker. */
const KEPT_DAYS = 14;
const DAY = 24 * 60 * 60_000;
/** More forms about one household than this do not wait on a phone. */
const MOST_EARLIER = 50;

// ── drafts ──────────────────────────────────────────────────────────────────

/** Writes under way, by draft: the last one given wins, none is skipped at the end. */
const pending = new Map<string, { latest: Draft; done: Promise<void> }>();

export function saveDraft(core: Core, draft: Draft): Promise<void> {
  core.key();
  const key = draftKey(draft.household, draft.kind);
  const copy = JSON.parse(JSON.stringify(draft)) as Draft;
  core.drafts.set(key, copy);
  const running = pending.get(key);
  if (running) {
    running.latest = copy;
    return running.done;
  }
  const one = { latest: copy, done: Promise.resolve() };
  one.done = writeDrafts(core, key, one).finally(() => pending.delete(key));
  pending.set(key, one);
  return one.done;
}

async function writeDrafts(core: Core, key: string, one: { latest: Draft }): Promise<void> {
  let written: Draft | null = null;
  while (written !== one.latest) {
    const now: Draft = one.latest;
    const row = await core.row("drafts", key, utf8(JSON.stringify(now)));
    await core.db.transaction("rw", core.db.drafts, core.db.clear, async () => {
      const known = await core.db.drafts.get(row.id);
      await core.db.drafts.put(row);
      if (!known) await core.count({ drafts: 1 });
    });
    written = now;
  }
  core.changed();
}

async function settled(key: string): Promise<void> {
  await pending.get(key)?.done.catch(() => undefined);
}

export async function dropDraft(core: Core, draft: Draft): Promise<void> {
  const key = draftKey(draft.household, draft.kind);
  await settled(key);
  const name = await core.key().name("drafts", key);
  await core.db.transaction("rw", core.db.drafts, core.db.clear, async () => {
    if (await core.db.drafts.get(name)) await core.count({ drafts: -1 });
    await core.db.drafts.delete(name);
  });
  core.drafts.delete(key);
  core.changed();
}

export async function beginDraft(core: Core, household: number, kind: Submission["kind"]): Promise<Draft> {
  core.open();
  const known = core.drafts.get(draftKey(household, kind));
  if (known) return JSON.parse(JSON.stringify(known)) as Draft;
  if (ofInspector(kind)) return inspectorsDraft(core, household, kind);
  const home = core.homes.get(household);
  if (!home) throw new Refused("这户不在本网格", "请先同步一次", "农户");
  return {
    kind,
    household,
    on: today(core.contact),
    begun_at: moment(correctedNow(core.contact)),
    based_on: Object.fromEntries(Object.entries(home.sections).map(([key, section]) => [key, section.version])),
    changes: {},
    photos: [],
    voice: [],
    position: null,
    replaces: null,
    ...(kind === "patrol"
      ? { patrol: { result: "same", purposes: [], words: "", tasks: [], round: core.head?.round?.id ?? null, clue: null } }
      : { visit: emptyVisit(core, home.prefill) }),
  };
}

/** A place's checklist as it stands, or an empty finding. */
function inspectorsDraft(core: Core, id: number, kind: Submission["kind"]): Draft {
  const target = places(core)?.targets.find((one) => one.id === id);
  if (!target) throw new Refused("手机上没有这处督查", "请先同步一次", "督查");
  const { answers, said, words } = target;
  return {
    kind, household: id, on: today(core.contact), begun_at: moment(correctedNow(core.contact)), based_on: {}, changes: {},
    photos: [], voice: [], position: null, replaces: null,
    ...(kind === "inspection"
      ? { inspection: { answers: { ...answers }, said: { ...said }, words: { ...words }, ended: false, summary: "" } }
      : { finding: { ...NO_FINDING, unit: target.units[0]?.key ?? "" } }),
  };
}

const NO_FINDING = {
  question: "", defect: "", unit: "", words: "", requirement: "", conduct: [], conduct_words: "", fabricated: false, harm: false,
};

function emptyVisit(core: Core, prefill: Prefill): VisitPart {
  const now = new Date();
  const pad = (number: number) => String(number).padStart(2, "0");
  return {
    clue: null,
    clue_version: null,
    purposes: [],
    checkers: core.session?.worker ? [core.session.worker.name] : [],
    began_at: `${pad(now.getHours())}:${pad(now.getMinutes())}`,
    place: "",
    members_seen: [],
    members_away: [],
    members_note: "",
    tests: {},
    tests_notes: {},
    income: Object.entries(prefill.income).map(([item, { fen, note }]) => ({ item, fen, counted: true, note })),
    self_paid: prefill.self_paid.map(({ what, fen }) => ({ what, fen, vouchers: false })),
    claims_fen: prefill.claims_fen,
    debts_fen: prefill.debts_fen,
    people: prefill.people,
    labour: prefill.labour,
    house_grade: prefill.house_grade,
    water_source: prefill.water_source,
    risks: [],
    conclusion: "",
    reason: "",
    opinion: "",
    signed_how: "",
    signed_by: null,
    signed_by_name: "",
    signature: null,
  };
}

// ── submitting ──────────────────────────────────────────────────────────────

const filesOf = (draft: Draft): Sha256[] => [
  ...new Set([
    ...draft.photos.map((photo) => photo.sha256),
    ...draft.voice.map((voice) => voice.sha256),
    ...(draft.visit?.signature ? [draft.visit.signature] : []),
  ]),
];

/** The submission in the order of the protocol. What the screens keep for themselves does not go along. */
function bodyOf(core: Core, draft: Draft): string {
  const submission: Submission = {
    kind: draft.kind,
    app: __VERSION__,
    made_at: moment(correctedNow(core.contact)),
    ...(ofInspector(draft.kind) ? { household: null, target: draft.household } : { household: draft.household }),
    on: draft.on,
    photos: draft.photos.map(({ sha256, taken_at, position }) => ({ sha256, taken_at, position })),
    voice: draft.voice.map(({ sha256, seconds }) => ({ sha256, seconds })),
    position: draft.position,
    based_on: draft.based_on,
    changes: draft.changes,
    [draft.kind]: draft[draft.kind],
    replaces: draft.replaces,
    after: ofInspector(draft.kind) ? [] : earlier(core, draft.household),
  };
  return JSON.stringify(submission);
}

/** What this phone said before about the household; forms lie over what was downloaded, so the worker has seen it. */
const earlier = (core: Core, household: number): Uuid[] =>
  [...core.queue.values()].filter((row) => row.household === household && !ofInspector(row.kind)).sort((a, b) => a.seq - b.seq).slice(-MOST_EARLIER).map((row) => row.id);

const titleOf = (core: Core, { kind, household }: Draft): string =>
  (ofInspector(kind) ? core.inspection?.targets.find((one) => one.id === household)?.title : core.homes.get(household)?.head) ?? "";

export async function submit(core: Core, draft: Draft): Promise<QueueItem> {
  core.open();
  const key = draftKey(draft.household, draft.kind);
  await settled(key);
  const files = filesOf(draft);
  if (files.some((file) => !core.files.has(file))) {
    throw new Refused("有一个附件不在手机上了", "请删去后重新拍或重新录", "附件");
  }
  const { seq } = await core.db.transaction("rw", core.db.clear, () => core.count({ seq: 1 }));
  const row: QueueRow = {
    form: 1, seq, id: uuid(), was: [], kind: draft.kind, household: draft.household,
    ...(draft.kind === "inspection" && !Object.keys(draft.inspection?.answers ?? {}).length ? { begins: true } : {}),
    title: titleOf(core, draft), on: draft.on, savedAt: moment(correctedNow(core.contact)),
    state: "saved", body: bodyOf(core, draft), files, photos: draft.photos.length, voices: draft.voice.length,
    answer: null, problem: null, attempts: 0, replaces: draft.replaces, mendedBy: null, fetched: false,
  };
  const mended = [...core.queue.values()].find((one) => one.id === draft.replaces);
  if (mended?.mendedBy) throw new Refused("这份退回的登记已经改正过", "请看上传队列");
  const after = mended ? { ...mended, mendedBy: row.id } : null;
  const rows = await Promise.all([row, ...(after ? [after] : [])].map((one) => core.sealedQueueRow(one)));
  const name = await core.key().name("drafts", key);
  await core.db.transaction("rw", core.db.queue, core.db.drafts, core.db.clear, async () => {
    await core.db.queue.bulkPut(rows);
    const known = await core.db.drafts.get(name);
    await core.db.drafts.delete(name);
    await core.count({ unsent: after ? 0 : 1, drafts: known ? -1 : 0 });
  });
  core.queue.set(seq, row);
  if (after) core.queue.set(after.seq, after);
  core.drafts.delete(key);
  core.changed();
  core.tellOthers();
  return item(core, row);
}

// ── refused ones ────────────────────────────────────────────────────────────

const known = (core: Core, id: Uuid): QueueRow => {
  const row = [...core.queue.values()].find((one) => one.id === id);
  if (!row) throw new Refused("没有这份登记", "请回到上传队列");
  return row;
};

export async function retry(core: Core, id: Uuid): Promise<void> {
  core.open();
  const row = known(core, id);
  if (!canRetry(row)) throw new Refused("这份不用再送", "请看它的说明");
  await core.keepQueueRow({ ...row, state: "saved", problem: null });
}

export async function mend(core: Core, id: Uuid): Promise<Draft> {
  core.open();
  const row = known(core, id);
  if (!canMend(row)) throw new Refused("这份不用改", "请看它的说明");
  const busy = core.drafts.get(draftKey(row.household, row.kind));
  if (busy && busy.replaces !== id) throw new Refused("这户还有一份没写完的登记", "请先写完或删去那一份");
  if (busy) return JSON.parse(JSON.stringify(busy)) as Draft;
  const sent = JSON.parse(row.body) as Submission;
  const draft: Draft = {
    kind: sent.kind, household: row.household, on: sent.on, begun_at: sent.made_at, based_on: sent.based_on,
    changes: sent.changes, position: sent.position, voice: sent.voice, replaces: id,
    photos: sent.photos.map((photo) => ({ ...photo, name: "", bytes: core.files.get(photo.sha256)?.bytes ?? 0 })),
    ...(sent.patrol ? { patrol: sent.patrol } : {}),
    ...(sent.visit ? { visit: sent.visit } : {}),
    ...(sent.inspection ? { inspection: sent.inspection } : {}),
    ...(sent.finding ? { finding: sent.finding } : {}),
  };
  await saveDraft(core, draft);
  return draft;
}

// ── sweeping ────────────────────────────────────────────────────────────────

/** Forgets what has done its duty: files of answered forms, answered forms of long ago. Nothing unanswered is touched. */
export async function sweep(core: Core): Promise<void> {
  const vault = core.key();
  const rows = [...core.queue.values()];
  const long = Date.now() - KEPT_DAYS * DAY;
  const over = rows.filter(
    (row) =>
      row.answer !== null && Date.parse(row.savedAt) < long &&
      (row.state === "sent" || (row.state === "refused" && row.mendedBy !== null) ||
        (row.state === "conflict" && !row.answer.conflicts.some((one) => one.open))),
  );
  await core.db.queue.bulkDelete(over.map((row) => row.seq));
  for (const row of over) core.queue.delete(row.seq);

  await Promise.all([...pending.values()].map((one) => one.done.catch(() => undefined)));
  const needed = new Set<Sha256>();
  for (const draft of core.drafts.values()) for (const file of filesOf(draft)) needed.add(file);
  for (const row of core.queue.values()) if (isUnsent(row)) for (const file of row.files) needed.add(file);
  // a file is kept an hour before anything names it: the form may be open on the screen
  const idle = [...core.files.values()].filter((file) => !needed.has(file.sha256) && file.at < Date.now() - DAY / 24);
  for (const file of idle) {
    const [row, bytes] = [await vault.name("files", file.sha256), await vault.name("blobs", file.sha256)];
    await core.db.transaction("rw", core.db.files, core.db.blobs, async () => {
      await core.db.files.delete(row);
      await core.db.blobs.delete(bytes);
    });
    core.files.delete(file.sha256);
  }
}

/** The bytes of a file, or null where it is not here any more. */
export async function fileBytes(core: Core, sha256: Sha256): Promise<Uint8Array<ArrayBuffer> | null> {
  const vault = core.key();
  const row = await core.db.blobs.get(await vault.name("blobs", sha256));
  return row ? vault.unseal("blobs", row.id, row) : null;
}
