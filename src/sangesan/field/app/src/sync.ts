/**
 * The way between phone and server. Form by form in the order of saving: its files in pieces, then its exact bytes; then what is
 * new is fetched. A form the server does not take never holds up the next; want of contact ends the run, and it begins again by
 * itself. A form counts as sent when the server's answer is on the disk, not before.
 */

import { utf8, uuid } from "./bytes";
import { Refused, type SyncPhase } from "./contract";
import { type Core, type QueueRow, type Session } from "./core";
import { cutOff } from "./entering";
import { fetchConflicts, fetchNews } from "./fetching";
import { Lane } from "./lane";
import { type Asked, NoContact, OFFLINE, type Reply, ask, problemOf } from "./server";
import { FileRefused, sendFiles } from "./sending_files";
import type { Answer, Problem } from "./types";
import { sweep } from "./writing";

const WAITS = [15, 30, 60, 120, 300, 600]; // seconds
const REGULARLY = 5 * 60_000;
const SOONEST = 10_000;
const LOST = "附件没有传到";
/** Failures of the server over one form before the next one is tried. */
const PATIENCE = 2;

class LogInNeeded extends Error {}
class CutOff extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}

/** What the parts of a run are given: asking under this phone's token, and telling how far it is. */
export interface Line {
  core: Core;
  session: Session;
  ask(path: string, asked: Asked): Promise<Reply>;
  phase(phase: SyncPhase, total: number): void;
  /** So much more of the phase is done. */
  step(by: number): void;
}

export class Engine {
  private running: Promise<void> | null = null;
  private again = false;
  private stop = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private failedAt = 0;
  private readonly lane: Lane;

  constructor(private readonly core: Core) {
    this.lane = new Lane(core.db);
  }

  /** A run now, or one more after that which is under way. Never rejects. */
  sync(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.runs().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Contact may be there again: the next failure begins with the shortest wait. */
  wake(): void {
    this.failures = 0;
    if (this.core.status === "open") void this.sync();
  }

  /** The browser's Background Sync believes in a connection. Believed at most every few seconds: the server may be down. */
  nudge(): void {
    if (this.core.status === "open" && Date.now() - this.failedAt > SOONEST) void this.sync();
  }

  /** Breaks off what is under way (the app locks). */
  halt(): void {
    clearTimeout(this.timer);
    this.stop.abort();
    this.stop = new AbortController();
  }

  private async runs(): Promise<void> {
    clearTimeout(this.timer);
    do {
      this.again = false;
      await this.attempt();
    } while (this.again && this.core.status === "open" && this.core.sync.problem === null && !this.core.sync.needsLogIn);
  }

  private async attempt(): Promise<void> {
    const { core } = this;
    if (core.status !== "open" || !core.session) return;
    if (core.session.needsLogIn) return this.tell({ needsLogIn: true });
    if (!navigator.onLine) return this.failed(OFFLINE, 0);
    this.tell({ running: true, phase: null, done: 0, total: 0, nextAt: null });
    try {
      const had = await this.lane.alone(() => this.run(core.session!));
      if (!had) return this.later(30_000); // another tab is at it
      this.failures = 0;
      this.tell({ running: false, phase: null, problem: null, needsLogIn: false });
      this.later(REGULARLY, false);
    } catch (error) {
      await this.broken(error);
    }
  }

  private async broken(error: unknown): Promise<void> {
    const { core } = this;
    this.tell({ running: false, phase: null });
    if (core.status !== "open" || !core.session) return;
    if (error instanceof LogInNeeded) {
      core.session = { ...core.session, needsLogIn: true };
      await core.keep("kept", "session", core.session);
      this.tell({ needsLogIn: true, problem: { message: "需要重新登录", place: "登录", remedy: "没送出的登记都还在，登录后接着上传" } });
    } else if (error instanceof CutOff) {
      this.halt();
      await cutOff(core, error.why);
    } else if (error instanceof NoContact) {
      this.failed(error.problem, error.retryAfter);
    } else if (error instanceof Refused) {
      this.failed({ message: error.message, place: error.place, remedy: error.remedy }, 0);
    } else {
      console.error(error);
      this.failed({ message: "同步没有完成", place: "应用", remedy: "登记都存在这部手机上，稍后自动重试" }, 0);
    }
  }

  private failed(problem: Problem, retryAfter: number): void {
    const seconds = WAITS[Math.min(this.failures, WAITS.length - 1)] ?? 600;
    this.failures += 1;
    this.failedAt = Date.now();
    this.tell({ running: false, phase: null, problem });
    this.later(Math.max(retryAfter, seconds * 1000 * (0.8 + 0.4 * Math.random())));
    if (problem === OFFLINE) void askBackgroundSync();
  }

  private later(ms: number, shown = true): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.sync(), ms);
    this.tell({ running: false, nextAt: shown ? Date.now() + ms : null });
  }

  private tell(part: Partial<Core["sync"]>): void {
    this.core.sync = { ...this.core.sync, ...part };
    this.core.changed();
  }

  private async run(session: Session): Promise<void> {
    const { core } = this;
    const line: Line = {
      core,
      session,
      ask: (path, asked) => this.askAs(session, path, asked),
      phase: (phase, total) => this.tell({ phase, total, done: 0 }),
      step: (by) => this.tell({ done: core.sync.done + by }),
    };
    await core.loadQueue();
    const stuck = await sendQueue(line);
    await fetchNews(line);
    await fetchConflicts(line);
    await sweep(core);
    if (stuck) throw stuck;
  }

  private async askAs(session: Session, path: string, asked: Asked): Promise<Reply> {
    await this.lane.renew();
    const reply = await ask(path, { ...asked, token: session.token, stop: this.stop.signal });
    const problem = problemOf(reply.json);
    if (problem && reply.status === 401) throw new LogInNeeded();
    if (problem && reply.status === 403) throw new CutOff([problem.message, problem.remedy].filter(Boolean).join("。"));
    return reply;
  }
}

/** Where the browser knows Background Sync: it wakes an open page when there is contact. */
async function askBackgroundSync(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/field/").catch(() => undefined);
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register("queue").catch(() => undefined);
}

// ── the queue ───────────────────────────────────────────────────────────────

const waiting = (core: Core): QueueRow[] =>
  [...core.queue.values()].filter((row) => row.state === "saved" || row.state === "sending").sort((a, b) => a.seq - b.seq);

/** All that waits, in order. A form over which the server itself fails again and again is passed over; its failure is given. */
async function sendQueue(line: Line): Promise<NoContact | null> {
  const { core } = line;
  const tried = new Set<number>();
  let stuck: NoContact | null = null;
  for (;;) {
    const row = waiting(core).find((one) => !tried.has(one.seq));
    if (!row) return stuck;
    tried.add(row.seq);
    const total = waiting(core).length + tried.size - 1;
    try {
      await sendOne(line, row, () => {
        line.phase("submissions", total);
        line.step(tried.size - 1);
      });
    } catch (error) {
      await putBack(core, row.seq, error);
      if (!(error instanceof NoContact && error.failed && row.attempts + 1 >= PATIENCE)) throw error;
      stuck = error;
    }
  }
}

/** The form waits again: nothing was answered. */
async function putBack(core: Core, seq: number, error: unknown): Promise<void> {
  const row = core.queue.get(seq);
  if (!row || !core.vault || row.state !== "sending") return;
  const problem = error instanceof NoContact ? error.problem : row.problem;
  await core.keepQueueRow({ ...row, state: "saved", problem });
}

async function sendOne(line: Line, first: QueueRow, beforeForm: () => void): Promise<void> {
  const { core } = line;
  let row: QueueRow = { ...first, state: "sending", attempts: first.attempts + 1 };
  await core.keepQueueRow(row);
  for (let round = 0; round < 3; round += 1) {
    try {
      await sendFiles(line, row, round > 0 || first.attempts > 0);
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      return core.keepQueueRow({ ...row, state: "refused", problem: error.problem });
    }
    beforeForm();
    const reply = await line.ask(`submissions/${row.id}`, { method: "PUT", body: utf8(row.body) });
    const next = await heardOf(core, row, reply, round > 0);
    if (next === null) return;
    row = next;
  }
  await core.keepQueueRow({ ...row, state: "saved", problem: { message: LOST, place: "附件", remedy: "稍后自动重试" } });
}

/** Null where the form is answered or given up for now; else the row to be sent once more. */
async function heardOf(core: Core, row: QueueRow, reply: Reply, twice: boolean): Promise<QueueRow | null> {
  const { status, json } = reply;
  const problem = problemOf(json);
  if (status === 200 && isAnswer(json, row.id)) {
    const state = json.state === "taken" ? "sent" : json.state;
    await core.keepQueueRow({ ...row, state, answer: json, problem: null });
    return null;
  }
  if (status === 409 && Array.isArray(json["lacking"])) {
    const lacking = new Set(json["lacking"]);
    for (const sha256 of row.files.filter((one) => lacking.has(one))) {
      const file = core.files.get(sha256);
      if (file) core.files.set(sha256, { ...file, have: 0, complete: false });
    }
    return row;
  }
  if (status === 409 && json["kept"] === true) {
    const renamed = { ...row, id: uuid(), was: [...row.was, row.id] };
    await core.keepQueueRow(renamed);
    return renamed;
  }
  if (status < 400 || !problem) throw new NoContact(NOT_UNDERSTOOD);
  if (!twice) return row; // its bytes may have been cut on the way
  await core.keepQueueRow({ ...row, state: "refused", problem });
  return null;
}

const NOT_UNDERSTOOD: Problem = { message: "系统的回应看不懂", place: "服务器", remedy: "可能要更新应用；登记都存在这部手机上" };

const isAnswer = (json: unknown, id: string): json is Answer => {
  const answer = json as Partial<Answer>;
  return answer.id === id && ["taken", "conflict", "refused"].includes(answer.state ?? "");
};
