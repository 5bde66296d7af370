/**
 * What the app knows while it is open, and how it is kept. One object, passed to those who act on it; everything that comes
 * from the disk goes through read/keep here, sealed. After a lock nothing of it is left in memory.
 */

import { type Bytes, text, utf8 } from "./bytes";
import { Refused, type Draft, type QueueState, type Status, type SyncState } from "./contract";
import { type Clear, type Contact, Database, type SealedTable } from "./database";
import type { Vault } from "./sealing";
import type {
  Answer, BlobKind, Conflict, Grid, Head, Home, InspectionBundle, Moment, Policy, Problem, Sha256, Submission, Uuid, Worker,
} from "./types";

/** Who this phone works for. token "" after a cut. */
export interface Session {
  username: string;
  device: number;
  token: string;
  worker: Worker | null;
  grid: Grid | null;
  post: number | null;
  policy: Policy;
  rescueKey: JsonWebKey;
  /** The server asked for a log-in (401). */
  needsLogIn: boolean;
}

/** A file on this phone. complete: the server has all of it. */
export interface FileRow {
  sha256: Sha256;
  kind: BlobKind;
  bytes: number;
  have: number;
  complete: boolean;
  at: number;
}

/** A queued form, as it is sealed. body: the exact bytes that are sent, as text; "" once the server has taken it. */
export interface QueueRow {
  form: 1;
  seq: number;
  id: Uuid;
  /** Ids under which the server has other bytes. */
  was: Uuid[];
  kind: Submission["kind"];
  /** Of an inspector's form: the target. */
  household: number;
  /** An inspector's form without answers: it only begins the place. */
  begins?: boolean;
  title: string;
  on: string;
  savedAt: Moment;
  state: QueueState;
  body: string;
  files: Sha256[];
  photos: number;
  voices: number;
  answer: Answer | null;
  /** Why the last attempt did not get through, or why the phone itself gave it up. */
  problem: Problem | null;
  attempts: number;
  replaces: Uuid | null;
  mendedBy: Uuid | null;
  /** The register as fetched already shows it: no need to lay it over what was downloaded. */
  fetched: boolean;
}

const QUIET: SyncState = { running: false, phase: null, done: 0, total: 0, problem: null, nextAt: null, needsLogIn: false };

export class Core {
  readonly db = new Database();
  status: Status = "starting";
  why = "";
  vault: Vault | null = null;
  contact: Contact | null = null;
  pin: Clear["pin"] = { failures: 0, failedAt: 0 };
  counters: Clear["counters"] = { seq: 0, unsent: 0, drafts: 0 };
  session: Session | null = null;
  head: Head | null = null;
  homes = new Map<number, Home>();
  /** An inspector's places; null on everybody else's phone. */
  inspection: InspectionBundle | null = null;
  queue = new Map<number, QueueRow>();
  drafts = new Map<string, Draft>();
  files = new Map<Sha256, FileRow>();
  conflicts: Conflict[] = [];
  sync: SyncState = QUIET;
  storage: "unknown" | "kept" | "refused" = "unknown";
  updateWaits = false;
  writing = false;
  private readonly listeners = new Set<() => void>();
  private readonly others = "BroadcastChannel" in self ? new BroadcastChannel("sangesan-field") : null;

  constructor() {
    if (this.others) this.others.onmessage = () => void this.reload();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Something that screens show has changed in memory. */
  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /** Something on the disk has changed: other tabs of the app read it anew. */
  tellOthers(): void {
    this.others?.postMessage("changed");
  }

  /** The open key; refuses where it is not. */
  key(): Vault {
    if (!this.vault) throw new Refused("应用已锁住", "请输入 PIN");
    return this.vault;
  }

  open(): Session {
    if (this.status !== "open" || !this.session) throw new Refused(this.why || "应用已锁住", "请输入 PIN");
    return this.session;
  }

  setStatus(status: Status, why = ""): void {
    this.status = status;
    this.why = why;
    this.changed();
  }

  /** Drops the key and everything that was open. */
  close(status: Status, why = ""): void {
    this.vault = null;
    this.session = null;
    this.head = null;
    this.homes = new Map();
    this.inspection = null;
    this.queue = new Map();
    this.drafts = new Map();
    this.files = new Map();
    this.conflicts = [];
    this.sync = QUIET;
    this.setStatus(status, why);
  }

  // ── the disk ──────────────────────────────────────────────────────────────

  async readClear(): Promise<void> {
    this.contact = await this.db.read("contact");
    this.pin = (await this.db.read("pin")) ?? this.pin;
    this.counters = (await this.db.read("counters")) ?? this.counters;
  }

  async row(table: SealedTable, id: string, plain: Bytes, vault = this.key()) {
    const name = await vault.name(table, id);
    return { id: name, ...(await vault.seal(table, name, plain)) };
  }

  async keep(table: SealedTable, id: string, value: unknown): Promise<void> {
    await this.db.table(table).put(await this.row(table, id, utf8(JSON.stringify(value))));
  }

  async kept<T>(table: SealedTable, id: string): Promise<T | null> {
    const vault = this.key();
    const row = await this.db.table(table).get(await vault.name(table, id));
    return row ? (JSON.parse(text(await vault.unseal(table, row.id, row))) as T) : null;
  }

  private async all<T>(table: SealedTable): Promise<T[]> {
    const vault = this.key();
    const rows = await this.db.table(table).toArray();
    return Promise.all(rows.map(async (row) => JSON.parse(text(await vault.unseal(table, row.id, row))) as T));
  }

  async sealedQueueRow(row: QueueRow) {
    return { seq: row.seq, ...(await this.key().seal("queue", row.seq, utf8(JSON.stringify(row)))) };
  }

  /** The queue's row as it is now on the disk and in sight; counters go along in one transaction. */
  async keepQueueRow(row: QueueRow): Promise<void> {
    const sealed = await this.sealedQueueRow(row);
    const before = this.queue.get(row.seq);
    await this.db.transaction("rw", this.db.queue, this.db.clear, async () => {
      await this.db.queue.put(sealed);
      await this.count({ unsent: Number(isUnsent(row)) - Number(before ? isUnsent(before) : 0) });
    });
    this.queue.set(row.seq, row);
    this.changed();
    this.tellOthers();
  }

  /** Inside a transaction over clear. */
  async count(by: Partial<Clear["counters"]>): Promise<Clear["counters"]> {
    const now = (await this.db.read("counters")) ?? { seq: 0, unsent: 0, drafts: 0 };
    for (const key of Object.keys(by) as (keyof typeof now)[]) now[key] = Math.max(0, now[key] + (by[key] ?? 0));
    await this.db.write("counters", now);
    this.counters = now;
    return now;
  }

  /** Everything that is kept, opened; in "cut" there is no more than session, queue, drafts and files. */
  async load(): Promise<void> {
    const vault = this.key();
    this.session = await this.kept<Session>("kept", "session");
    this.head = await this.kept<Head>("kept", "head");
    this.conflicts = (await this.kept<Conflict[]>("kept", "conflicts")) ?? [];
    this.inspection = await this.kept<InspectionBundle>("kept", "inspection");
    const homes = await this.all<Home>("homes");
    this.homes = new Map(homes.map((home) => [home.id, home]));
    const drafts = await this.all<Draft>("drafts");
    this.drafts = new Map(drafts.map((draft) => [draftKey(draft.household, draft.kind), draft]));
    const files = await this.all<FileRow>("files");
    this.files = new Map(files.map((file) => [file.sha256, file]));
    await this.loadQueue(vault);
    await this.readClear();
    const unsent = [...this.queue.values()].filter(isUnsent).length;
    if (unsent !== this.counters.unsent || drafts.length !== this.counters.drafts) {
      this.counters = { ...this.counters, unsent, drafts: drafts.length };
      await this.db.write("counters", this.counters);
    }
    this.sync = { ...this.sync, needsLogIn: this.session?.needsLogIn ?? false };
  }

  async loadQueue(vault = this.key()): Promise<void> {
    const rows = await this.db.queue.orderBy("seq").toArray();
    const open = await Promise.all(
      rows.map(async (row) => JSON.parse(text(await vault.unseal("queue", row.seq, row))) as QueueRow),
    );
    // what was on its way when the app was closed waits again: the same bytes get the same answer
    const again = (row: QueueRow): QueueRow => (row.state === "sending" ? { ...row, state: "saved" } : row);
    this.queue = new Map(open.map((row) => [row.seq, again(row)]));
  }

  /** Another tab has written. */
  private async reload(): Promise<void> {
    if (await this.db.read("cut")) {
      if (this.status !== "cut") this.close("cut", CUT);
      return;
    }
    if (this.vault && this.status === "open") {
      await this.load();
      this.changed();
    }
  }
}

export const CUT = "这部手机已被停用，下载的农户信息已清除";
export const isUnsent = (row: QueueRow): boolean =>
  row.state === "saved" || row.state === "sending" || (row.state === "refused" && !row.mendedBy);
export const draftKey = (household: number, kind: string): string => `${household}:${kind}`;
