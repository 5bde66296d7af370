/**
 * What phone and server say to each other: docs/field-protocol.md, word by word. Days are "YYYY-MM-DD", moments ISO 8601
 * in UTC, money whole fen. A test compares these names with what the server sends.
 */

export type Day = string;
export type Moment = string;
export type Uuid = string;
export type Sha256 = string;
/** Titles of a list of codes, in the order in which they are shown. */
export type Titles = Record<string, string>;
/** Longitude, latitude, and how many metres it may be off. */
export type Position = [number, number, number];
export type Value = string | number | boolean | null;

/** Why the server refuses, where, and what to do; Chinese, meant to be read. */
export interface Problem {
  message: string;
  place: string;
  remedy: string;
}

// ── enrolling ───────────────────────────────────────────────────────────────

export interface EnrolAsked {
  username: string;
  password: string;
  /** An enrolled phone that logs in again. */
  device?: number;
  /** The phone's name, by which the worker knows it again. */
  name: string;
  post?: number;
  grid?: string;
}

export interface GridName {
  code: string;
  title: string;
}

export interface PostChoice {
  id: number;
  title: string;
  grids: GridName[];
}

export interface EnrolChoice {
  choose: { posts: PostChoice[] };
}

export interface Policy {
  lock_days: number;
  pin_digits: number;
  photo_longest_side: number;
  most_photos: number;
  voice_seconds: number;
}

export interface Worker {
  name: string;
  post_title: string;
}

export interface Grid extends GridName {
  village: string;
  town: string;
}

export interface Enrolled {
  device: number;
  token: string;
  worker: Worker;
  grid: Grid;
  rescue_key: JsonWebKey;
  policy: Policy;
  server_time: Moment;
}

// ── down ────────────────────────────────────────────────────────────────────

export interface BundleAsked {
  known: Record<string, string>;
  head: string;
  /** Digest of the inspector's part that the phone has. */
  inspection: string;
}

export interface Bundle {
  server_time: Moment;
  policy: Policy;
  head: Head | null;
  households: Home[];
  gone: number[];
  /** Null for everybody but inspectors, and where the phone has it already. */
  inspection: InspectionBundle | null;
  answers: Answer[];
}

/** A point of a checklist. asked: said to a household; record: which words of the place's record stand beside it. */
export interface Question {
  code: string;
  title: string;
  look: string;
  asked: string;
  record: string;
  defect: string;
}

export interface Conduct {
  code: string;
  title: string;
  meaning: string;
}

export interface UnitName {
  key: string;
  title: string;
}

/** A finding of a place. waiting: still on this phone only. */
export interface Found {
  defect: string;
  words: string;
  waiting?: boolean;
}

/** A place to inspect. begun_at null: those inspected do not know of it yet. */
export interface Target {
  id: number;
  kind: "village" | "town" | "department" | "project" | "household";
  title: string;
  how: string;
  planned_on: Day;
  begun_at: Moment | null;
  parent: number | null;
  weight: number | null;
  probability: number | null;
  units: UnitName[];
  record: Record<string, string>;
  answers: Record<string, string>;
  said: Record<string, string>;
  words: Record<string, string>;
  /** Titles of points of which a finding was recorded already. */
  recorded: string[];
  /** What was found here, as the server has it; laid over it what this phone has saved. */
  found: Found[];
  /** A village's draw of households: fixed and without a result, with one that nobody has taken up, or neither. */
  sampling: "" | "waits" | "drawn";
  address: string;
  people: string[];
}

export interface InspectionBundle {
  digest: string;
  team: string;
  answers: Titles;
  defects: Titles;
  conducts: Conduct[];
  units: UnitName[];
  checklists: Record<string, { title: string; questions: Question[] }>;
  targets: Target[];
}

export interface Round {
  id: number;
  kind: string;
  title: string;
  starts_on: Day;
  ends_on: Day;
}

/** One thing of the register that may be found changed at the door. */
export interface Field {
  code: string;
  title: string;
  of: "household" | "person";
  /** several: choices joined in one text; phone: a whole number, shown masked. */
  kind: "yesno" | "choice" | "several" | "text" | "number" | "phone";
  choices?: Titles;
  /** Between the chosen ones of `several`. */
  joined_by?: string;
  unit?: string;
  most?: number;
}

export interface IncomeItem {
  code: string;
  title: string;
  group: string;
}

export interface VisitForm {
  tests: Titles;
  house_grades: Titles;
  water_sources: Titles;
  signed_how: Titles;
  /** By purpose, because each purpose ends in its own conclusions. */
  conclusions: Record<string, Titles>;
  income_items: IncomeItem[];
}

export interface Alert {
  id: number;
  title: string;
  colour: string;
  colour_title: string;
  until: Moment;
  words: string;
}

export interface Head {
  digest: string;
  today: Day;
  round: Round | null;
  groups: Titles;
  risks: Titles;
  purposes: Titles;
  results: Titles;
  fields: Field[];
  visit: VisitForm;
  alerts: Alert[];
  notes: string[];
}

export interface Section {
  version: number;
  values: Record<string, Value>;
}

export interface Member {
  id: number;
  name: string;
  relation: string;
  age: number | null;
  sex: string;
  /** Masked. */
  phone: string;
  present: boolean;
}

export interface HomeClue {
  id: number;
  version: number;
  risk: string;
  risk_title: string;
  headline: string;
  opened_on: Day;
  due_on: Day;
  state: string;
  evidence: string[];
  explain: string[];
}

export interface HomeTask {
  id: number;
  title: string;
  why: string;
  due_at: Moment;
}

export interface PastVisit {
  on: Day;
  by: string;
  purposes: string[];
  conclusion: string;
  reason: string;
}

export interface PastEntry {
  on: Day;
  by: string;
  result_title: string;
  words: string;
}

export interface News {
  on: Day;
  words: string;
  from: string;
}

export interface Prefill {
  income: Record<string, { fen: number; note: string }>;
  self_paid: { what: string; fen: number }[];
  claims_fen: number | null;
  debts_fen: number | null;
  people: number | null;
  labour: number | null;
  house_grade: string;
  water_source: string;
  sources: string[];
}

export interface Home {
  id: number;
  digest: string;
  code: string;
  head: string;
  address: string;
  place: string;
  relocated: boolean;
  stage: string;
  stage_title: string;
  groups: { code: string; words: string }[];
  /** "living" is the household's own; "person:<id>" one member's. */
  sections: Record<string, Section>;
  members: Member[];
  clues: HomeClue[];
  tasks: HomeTask[];
  case: { title: string; due_on: Day } | null;
  visits: PastVisit[];
  entries: PastEntry[];
  entered_in_round: Day | null;
  prefill: Prefill;
  news: News[];
}

// ── up ──────────────────────────────────────────────────────────────────────

export type BlobKind = "photo" | "signature" | "voice";

export interface BlobState {
  have: number;
  complete: boolean;
}

export interface PhotoNamed {
  sha256: Sha256;
  taken_at: Moment;
  position: Position | null;
}

export interface VoiceNamed {
  sha256: Sha256;
  seconds: number;
}

export type PatrolResult = "same" | "changed" | "clue" | "absent";

export interface PatrolPart {
  result: PatrolResult;
  purposes: string[];
  words: string;
  tasks: number[];
  round: number | null;
  clue: { risk: string; words: string; event_on: Day | null } | null;
}

export interface VisitPart {
  clue: number | null;
  clue_version: number | null;
  purposes: string[];
  checkers: string[];
  /** The phone's local time, "HH:MM". */
  began_at: string | null;
  place: string;
  members_seen: number[];
  members_away: number[];
  members_note: string;
  /** Null: not looked at. */
  tests: Record<string, boolean | null>;
  tests_notes: Record<string, string>;
  income: { item: string; fen: number; counted: boolean; note: string }[];
  self_paid: { what: string; fen: number; vouchers: boolean }[];
  claims_fen: number | null;
  debts_fen: number | null;
  people: number | null;
  labour: number | null;
  house_grade: string;
  water_source: string;
  risks: string[];
  conclusion: string;
  reason: string;
  opinion: string;
  signed_how: string;
  /** The member who signed; null where somebody else did, whose name then stands in signed_by_name. */
  signed_by: number | null;
  signed_by_name: string;
  signature: Sha256 | null;
  /** Which of the photos show the page that was signed on paper or with a fingerprint. */
  scans?: Sha256[];
}

/** Empty answers only begin the place; ended: with the summary it is done. */
export interface InspectionPart {
  answers: Record<string, string>;
  words: Record<string, string>;
  said: Record<string, string>;
  ended: boolean;
  summary: string;
}

export interface FindingPart {
  question: string;
  defect: string;
  unit: string;
  words: string;
  requirement: string;
  conduct: string[];
  conduct_words: string;
  fabricated: boolean;
  harm: boolean;
}

export interface Submission {
  kind: "patrol" | "visit" | "inspection" | "finding";
  app: string;
  made_at: Moment;
  /** Null in an inspector's form, which names its target. */
  household: number | null;
  target?: number;
  on: Day;
  photos: PhotoNamed[];
  voice: VoiceNamed[];
  position: Position | null;
  based_on: Record<string, number>;
  /** By "section.field", as in "living.safe_water" and "person:12.work_place". */
  changes: Record<string, Value>;
  patrol?: PatrolPart;
  visit?: VisitPart;
  inspection?: InspectionPart;
  finding?: FindingPart;
  replaces: Uuid | null;
  /** This phone's earlier submissions about the household: what they changed was in sight. */
  after: Uuid[];
}

export interface Answer {
  id: Uuid;
  number: number | null;
  state: "taken" | "conflict" | "refused";
  message: string;
  place: string;
  remedy: string;
  conflicts: Conflict[];
  at: Moment;
}

/** A value with the words in which people read it. */
export interface Titled {
  value: Value;
  title: string;
}

export interface Conflict {
  id: number;
  household: number;
  field: string;
  title: string;
  who: string;
  base: Titled;
  theirs: Titled;
  theirs_by: string;
  theirs_at: Moment;
  mine: Titled;
  mine_by: string;
  open: boolean;
  settled: { choice: "mine" | "theirs"; by: string; at: Moment } | null;
}

// ── rescue ──────────────────────────────────────────────────────────────────

export interface RescueFile {
  form: "sangesan-rescue-1";
  ephemeral: JsonWebKey;
  iv: string;
  sealed: string;
}

export interface RescueContent {
  device: number;
  blobs: { sha256: Sha256; kind: BlobKind; base64: string }[];
  submissions: { id: Uuid; body: string }[];
}
