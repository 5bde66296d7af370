/**
 * What the screens may ask of the core; store.ts keeps it. Every function that can fail for a reason people can mend rejects
 * with a `Refused`, whose message, place and remedy are Chinese and meant to be shown as they are.
 */

import type {
  BlobKind, Conflict, Day, FindingPart, Grid, Head, Home, InspectionBundle, InspectionPart, Moment, PatrolPart, PhotoNamed, Policy, Position, PostChoice, Problem, Sha256,
  Submission, Uuid, Value, VisitPart, VoiceNamed, Worker,
} from "./types";

/** A refusal that is meant to be read. */
export class Refused extends Error implements Problem {
  constructor(
    message: string,
    readonly remedy: string = "",
    readonly place: string = "",
    /** The HTTP status where the server refused; 0 where the phone itself did or there is no contact. */
    readonly status: number = 0,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/**
 * starting: looking at what is kept (some milliseconds).
 * new: no device here yet: enrol(), then choosePin().
 * locked: the PIN opens it: unlock(pin).
 * expired: too long without contact or the clock was set back (`why` says which): logIn({username, password, pin}) opens it.
 * cut: the county cut this phone off, what was downloaded is gone; `counts.unsent` forms are still here, sealed. unlock(pin)
 *      (status stays "cut", `keyOpen` becomes true), then exportRescue() or enrol() anew; without unsent forms enrol() at once.
 * open: work.
 */
export type Status = "starting" | "new" | "locked" | "expired" | "cut" | "open";

/** refused, conflict: the server's answer is stored. saved: only here. sending: on its way. sent: answered and taken. */
export type QueueState = "saved" | "sending" | "sent" | "refused" | "conflict";

/** bundle: the first households of this phone; update: what changed of those it has. */
export type SyncPhase = "files" | "submissions" | "bundle" | "update" | "conflicts";

export interface SyncState {
  running: boolean;
  phase: SyncPhase | null;
  /** Of the phase: bytes while files go up, forms or households else. */
  done: number;
  total: number;
  /** Why the last attempt did not get through; null after one that did. */
  problem: Problem | null;
  /** When the next attempt comes by itself. */
  nextAt: number | null;
  /** The server asks for a log-in again (401): logIn(); work offline and the queue go on meanwhile. */
  needsLogIn: boolean;
}

export interface Snapshot {
  status: Status;
  /** Chinese; why it is locked, expired or cut. Empty when open. */
  why: string;
  /** Whether the key is in memory: true when open, and in "cut" after unlock(). */
  keyOpen: boolean;
  /** After wrong PINs: no attempt before this moment (milliseconds), else null. */
  pinWaitUntil: number | null;
  /** Wrong PINs in a row. */
  pinFailures: number;
  /** How long a PIN must at least be. */
  pinDigits: number;
  /** What the browser believes; false is certain, true may be wrong. */
  online: boolean;
  worker: Worker | null;
  grid: Grid | null;
  policy: Policy | null;
  /** The day of work: the phone's local day, set right by the server's clock. */
  today: Day;
  /** The last contact with the server, by the server's clock. */
  lastContact: Moment | null;
  /** When this phone locks if it has no contact until then (milliseconds). */
  locksAt: number | null;
  counts: Record<QueueState, number> & { unsent: number; conflictsOpen: number; drafts: number };
  sync: SyncState;
  /** Whether the browser promised to keep what is stored; "refused": show it, offer exportRescue(). */
  storage: "unknown" | "kept" | "refused";
  /** A new version of the app waits: 有新版本. */
  updateWaits: boolean;
}

export interface EnrolInput {
  username: string;
  password: string;
  /** The phone's name, e.g. 大坪网格手机; empty: one is made from the model. */
  name?: string;
  post?: number;
  grid?: string;
}

export type EnrolStep = { step: "choose"; posts: PostChoice[] } | { step: "pin"; digits: number } | { step: "open" };

export interface Photo extends PhotoNamed {
  /** Where it came from, kept while the form is a draft only. */
  name: string;
  bytes: number;
}

export interface Signature {
  sha256: Sha256;
  bytes: number;
}

/** A form while it is written. One per household and kind; kept sealed until it is submitted or thrown away. */
export interface Draft {
  kind: Submission["kind"];
  /** Of an inspector's form: the target, as everywhere where a form is looked up. */
  household: number;
  on: Day;
  begun_at: Moment;
  /** Versions of the sections that were in sight when it was begun; not to be touched by screens. */
  based_on: Record<string, number>;
  /** By "section.field"; only what was changed at the door. Setting a field back to what the register says: delete it here. */
  changes: Record<string, Value>;
  photos: Photo[];
  voice: VoiceNamed[];
  position: Position | null;
  patrol?: PatrolPart;
  /** `signature` inside names what addSignature() gave. */
  visit?: VisitPart;
  inspection?: InspectionPart;
  finding?: FindingPart;
  /** The refused submission that this one mends. */
  replaces: Uuid | null;
  /** For the screens alone (which step is open, amounts half typed); never sent. */
  screen?: Record<string, unknown>;
}

export interface QueueItem {
  /** The submission's own id. */
  id: Uuid;
  /** Order of saving on this phone. */
  seq: number;
  kind: Submission["kind"];
  household: number;
  /** Whether it only begins an inspection. */
  begins: boolean;
  /** Head of the household, as it was called when saved. */
  title: string;
  on: Day;
  savedAt: Moment;
  state: QueueState;
  /** The server's number, once answered. */
  number: number | null;
  /** Why refused, why a conflict, why the last attempt did not get through; else null. */
  why: Problem | null;
  /** Bytes of its files that the server has, and all. */
  sent: number;
  bytes: number;
  photos: number;
  voices: number;
  conflicts: Conflict[];
  /** The refused one that this mends, and the one that mends this. */
  replaces: Uuid | null;
  mendedBy: Uuid | null;
  /** Whether retry() makes sense: refused without the server having kept it (too large, for instance). */
  canRetry: boolean;
  /** Whether mend() makes sense: refused, and not mended yet. */
  canMend: boolean;
}

/** A home with what this phone has saved but not sent laid over it. */
export interface HomeView extends Home {
  /** Forms of this household that are not answered as taken yet. */
  pending: QueueItem[];
  /** Keys of `changes` whose value in `sections` is this phone's own, not sent yet. */
  mine: string[];
  /** Entered in this round, or saved here for it; the day, else null. */
  done: Day | null;
  drafts: Submission["kind"][];
}

export interface Store {
  /** Called once by main.tsx. */
  start(): Promise<void>;
  snapshot(): Snapshot;
  /** Called at every change of the snapshot, of the queue and of homes; returns how to stop it. */
  subscribe(listener: () => void): () => void;

  // entering
  /** Twice where a choice is needed: first without, then with post and grid. */
  enrol(input: EnrolInput): Promise<EnrolStep>;
  /** Null where good, else why not: too short, not digits, one digit repeated, a row like 123456. */
  pinFault(pin: string): string | null;
  /** Ends the enrolment; the app is open after it and syncs by itself. */
  choosePin(pin: string): Promise<void>;
  unlock(pin: string): Promise<void>;
  /** Log in again: from "expired" with the PIN, when open (needsLogIn) without. */
  logIn(input: { username: string; password: string; pin?: string }): Promise<void>;
  changePin(old: string, pin: string): Promise<void>;
  lock(): void;
  /** Destroys everything on this phone, unsent forms too (the PIN forgotten, the phone handed on). Ask twice. */
  forget(): Promise<void>;

  // reading
  head(): Head | null;
  /** An inspector's places with what their forms need; null on everybody else's phone. */
  inspection(): InspectionBundle | null;
  /** All homes of the grid, in the server's order. */
  homes(): HomeView[];
  home(id: number): HomeView | null;

  // writing
  /** The draft that is there, else a new one with sensible empty values (a visit's prefill taken over). */
  beginDraft(household: number, kind: Submission["kind"]): Promise<Draft>;
  loadDraft(household: number, kind: Submission["kind"]): Promise<Draft | null>;
  /** Cheap; call it at every change (it waits a moment and writes the last one). */
  saveDraft(draft: Draft): Promise<void>;
  dropDraft(draft: Draft): Promise<void>;
  /** Every draft, newest first. */
  drafts(): Draft[];
  /** "Nothing changed" in two taps: saves a patrol entry at once. */
  submitSame(household: number, purposes?: string[], tasks?: number[]): Promise<QueueItem>;
  /** Saves the form in the queue (sealed, on the disk when this resolves), drops the draft, sends when there is contact. */
  submit(draft: Draft): Promise<QueueItem>;
  /** A form is open on the screen: an update of the app waits until it is closed. */
  writing(open: boolean): void;

  // files; each is sealed and kept before the promise resolves
  /** Shrinks it and takes everything out but the pixels. The caller puts the result into draft.photos and saves it. */
  addPhoto(file: File): Promise<Photo>;
  /** A recording of MediaRecorder; see recordVoice(). */
  addVoice(recording: Blob, seconds: number): Promise<VoiceNamed>;
  /** Starts the microphone; stop() gives the recording, kept. It stops by itself after policy.voice_seconds. */
  recordVoice(onSecond: (seconds: number) => void): Promise<{ stop(): Promise<VoiceNamed>; cancel(): void }>;
  /** Whether this browser can record. */
  canRecord(): boolean;
  addSignature(canvas: HTMLCanvasElement): Promise<Signature>;
  /** An address for <img> or <audio>; call the function when it is no longer shown. Null where it is not kept here any more. */
  preview(sha256: Sha256): Promise<{ url: string; kind: BlobKind; free(): void } | null>;
  /** Where the phone is, when it may tell; null after some seconds else. */
  position(): Promise<Position | null>;

  // queue
  /** Newest first. */
  queue(): QueueItem[];
  /** The same bytes again, for what canRetry. */
  retry(id: Uuid): Promise<void>;
  /** A draft filled with the refused form, whose submission replaces it. */
  mend(id: Uuid): Promise<Draft>;

  // conflicts
  /** Open ones first; as last fetched. */
  conflicts(): Conflict[];
  /** Needs contact. Rejects where the register has moved on; conflicts() then shows the new one. */
  settle(conflict: Conflict, choice: "mine" | "theirs"): Promise<void>;

  // contact
  /** Sends what waits, fetches what is new. Never rejects: snapshot().sync tells. Joins a run that is under way. */
  sync(): Promise<void>;
  askPersistence(): Promise<void>;
  /** The whole unsent queue as a file that only the county can open; the name to save it under. */
  exportRescue(): Promise<{ blob: Blob; name: string; forms: number }>;
  /** Takes over the new version; does nothing while writing(true). */
  applyUpdate(): boolean;
}
