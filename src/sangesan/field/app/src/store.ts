/** The one store of the app (contract.ts): the core's parts put together, and the ticks of the clock. */

import { useEffect, useReducer } from "preact/hooks";
import { correctedNow, expired, locksAt, moment, today } from "./clock";
import { Refused, type Draft, type HomeView, type QueueItem, type QueueState, type Snapshot, type Store } from "./contract";
import { Core, draftKey, isUnsent } from "./core";
import * as entering from "./entering";
import { settle } from "./fetching";
import * as files from "./files";
import { exportRescue } from "./rescue";
import { pinFault } from "./sealing";
import { ask } from "./server";
import * as showing from "./showing";
import { Engine } from "./sync";
import * as updating from "./updating";
import type { InspectionBundle } from "./types";
import * as writing from "./writing";

export * from "./contract";

/** So long out of sight, and the app asks for the PIN again. */
const HIDDEN = 15 * 60_000;
const MINUTE = 60_000;

const core = new Core();
const engine = new Engine(core);
let cached: Snapshot | null = null;
let views: HomeView[] | null = null;
let places: InspectionBundle | null | undefined;
core.subscribe(() => {
  cached = null;
  views = null;
  places = undefined;
});

function counts(): Snapshot["counts"] {
  const by: Record<QueueState, number> = { saved: 0, sending: 0, sent: 0, refused: 0, conflict: 0 };
  for (const row of core.queue.values()) if (!row.mendedBy) by[row.state] += 1;
  const unsent = core.vault ? [...core.queue.values()].filter(isUnsent).length : core.counters.unsent;
  const conflictsOpen = core.conflicts.filter((one) => one.open).length;
  return { ...by, unsent, conflictsOpen, drafts: core.vault ? core.drafts.size : core.counters.drafts };
}

function snapshot(): Snapshot {
  cached ??= {
    status: core.status,
    why: core.why,
    keyOpen: core.vault !== null,
    pinWaitUntil: entering.pinWaitUntil(core),
    pinFailures: core.pin.failures,
    pinDigits: entering.leastDigits(core),
    online: navigator.onLine,
    worker: core.session?.worker ?? null,
    grid: core.session?.grid ?? null,
    policy: core.session?.policy ?? null,
    today: today(core.contact),
    lastContact: core.contact ? moment(core.contact.server) : null,
    locksAt: core.contact ? locksAt(core.contact) : null,
    counts: counts(),
    sync: core.sync,
    storage: core.storage,
    updateWaits: core.updateWaits,
  };
  return cached;
}

function homes(): HomeView[] {
  views ??= [...core.homes.values()]
    .sort((a, b) => (a.code < b.code ? -1 : Number(a.code > b.code)))
    .map((home) => showing.view(core, home));
  return views;
}

function lock(): void {
  if (core.status !== "open" && core.status !== "cut") return;
  engine.halt();
  core.close(core.status === "cut" ? "cut" : "locked", core.status === "cut" ? core.why : "");
}

/** Each minute: the clock is looked at, and what it means for the lock. */
async function tick(): Promise<void> {
  if (!core.contact || core.status === "cut") return core.changed();
  const why = expired(core.contact);
  if (why && (core.status === "open" || core.status === "locked")) {
    engine.halt();
    core.close("expired", why);
  } else if (!why && core.status === "expired") {
    core.setStatus("locked"); // the clock was wrong and is right again
  } else if (!why) {
    core.contact = { ...core.contact, seen: Math.max(core.contact.seen, Date.now()) };
    if (core.status === "open") await core.db.write("contact", core.contact);
    core.changed();
  }
}

async function storageState(): Promise<void> {
  const asked = await core.db.read("persisted");
  const kept = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
  core.storage = kept ? "kept" : asked ? "refused" : "unknown";
  core.changed();
}

async function askPersistence(): Promise<void> {
  await navigator.storage?.persist?.().catch(() => false);
  await core.db.write("persisted", { asked: true });
  await storageState();
}

function watch(): void {
  let hiddenAt: number | null = null;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      hiddenAt = Date.now();
      return;
    }
    if (hiddenAt !== null && Date.now() - hiddenAt > HIDDEN) lock();
    hiddenAt = null;
    void tick().then(() => engine.wake());
  });
  addEventListener("online", () => {
    core.changed();
    engine.wake();
  });
  addEventListener("offline", () => core.changed());
  setInterval(() => void tick(), MINUTE);
}

export const store: Store = {
  async start() {
    await entering.look(core);
    if (entering.unfit()) return;
    watch();
    await storageState();
    await updating.register(core, () => engine.nudge());
  },
  snapshot,
  subscribe: (listener) => core.subscribe(listener),

  async enrol(input) {
    const step = await entering.enrol(core, input);
    if (step.step === "open") void engine.sync();
    return step;
  },
  pinFault: (pin) => pinFault(pin, entering.leastDigits(core)),
  async choosePin(pin) {
    await entering.choosePin(core, pin);
    await askPersistence();
    void engine.sync();
  },
  async unlock(pin) {
    await entering.unlock(core, pin);
    if (core.status !== "open") return;
    await writing.sweep(core);
    void engine.sync();
  },
  async logIn(input) {
    await entering.logIn(core, input);
    void engine.sync();
  },
  changePin: (old, pin) => entering.changePin(core, old, pin),
  lock,
  async forget() {
    engine.halt();
    await entering.forget(core);
  },

  head: () => core.head,
  inspection: () => (places === undefined ? (places = showing.places(core)) : places),
  homes,
  home: (id) => homes().find((home) => home.id === id) ?? null,

  beginDraft: (household, kind) => writing.beginDraft(core, household, kind),
  async loadDraft(household, kind) {
    const found = core.drafts.get(draftKey(household, kind));
    return found ? (JSON.parse(JSON.stringify(found)) as Draft) : null;
  },
  saveDraft: (draft) => writing.saveDraft(core, draft),
  dropDraft: (draft) => writing.dropDraft(core, draft),
  drafts: () => [...core.drafts.values()].sort((a, b) => (a.begun_at < b.begun_at ? 1 : -1)),
  async submitSame(household, purposes = [], tasks = []) {
    const draft = await writing.beginDraft(core, household, "patrol");
    const patrol = { ...draft.patrol!, result: "same" as const, purposes, tasks, clue: null, words: "" };
    return saved(await writing.submit(core, { ...draft, changes: {}, photos: [], voice: [], on: today(core.contact), patrol, replaces: null }));
  },
  submit: async (draft) => saved(await writing.submit(core, draft)),
  writing: (open) => updating.writing(core, open),

  addPhoto: (file) => files.addPhoto(core, file),
  addVoice: (recording, seconds) => files.addVoice(core, recording, seconds),
  recordVoice: (onSecond) => files.recordVoice(core, onSecond),
  canRecord: files.canRecord,
  addSignature: (canvas) => files.addSignature(core, canvas),
  preview: (sha256) => files.preview(core, sha256),
  position: files.whereAmI,

  queue: (): QueueItem[] => [...core.queue.values()].sort((a, b) => b.seq - a.seq).map((row) => showing.item(core, row)),
  async retry(id) {
    await writing.retry(core, id);
    void engine.sync();
  },
  mend: (id) => writing.mend(core, id),

  conflicts: () => [...core.conflicts].sort((a, b) => Number(b.open) - Number(a.open) || (a.theirs_at < b.theirs_at ? 1 : -1)),
  async settle(conflict, choice) {
    const { token } = core.open();
    if (!navigator.onLine) throw new Refused("现在没有信号", "定冲突要联网，请到有信号的地方再定", "网络");
    await settle(core, (path, asked) => ask(path, { ...asked, token }), conflict, choice);
    void engine.sync();
  },

  sync: () => engine.sync(),
  askPersistence,
  exportRescue: () => exportRescue(core),
  applyUpdate: () => updating.applyUpdate(core),
};

function saved(item: QueueItem): QueueItem {
  engine.wake();
  return item;
}

/** The store, and a redraw of the calling component at each of its changes. */
export function useStore(): Store {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => store.subscribe(() => redraw(undefined as never)), []);
  return store;
}

/** For screens that show an age ("3 分钟前") by the server's clock (milliseconds). */
export const now = (): number => correctedNow(core.contact);
