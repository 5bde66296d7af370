/**
 * What lies on the disk of the phone. Everything about people is sealed (sealing.ts): a row is a meaningless name, an IV and
 * bytes. In clear are only counters, salts, the wrapped key and the moment of the last contact.
 *
 * Rule for a new version: never change a `version(n)` that was released; add `version(n + 1)` with an `upgrade` that carries
 * every row over. The queue of a phone that was a week without signal meets the new version with its forms unsent: an upgrade
 * that drops or rewrites a queue row's body loses somebody's visit. Sealed rows cannot be read in an upgrade (it runs before the
 * PIN); what must change inside them changes at unlocking, row by row, by the `form` that each carries.
 */

import Dexie, { type EntityTable, type Table } from "dexie";
import type { Bytes } from "./bytes";
import type { WrappedKey } from "./sealing";

/** id: what Vault.name made of the true one. */
export interface SealedRow {
  id: string;
  iv: Bytes;
  sealed: ArrayBuffer;
}

export interface QueuedRow {
  /** The order of saving. */
  seq: number;
  iv: Bytes;
  sealed: ArrayBuffer;
}

export interface Contact {
  /** The server's clock at the last contact, and the phone's at the same moment (milliseconds). */
  server: number;
  device: number;
  /** The latest moment that the phone's clock has shown while it was believed. */
  seen: number;
  /** Days from the phone's own calendar to the county's, which in a demonstration stands still. */
  shift: number;
  lockDays: number;
  pinDigits: number;
}

/** The clear table's rows, by key. */
export interface Clear {
  key: WrappedKey;
  pin: { failures: number; failedAt: number };
  contact: Contact;
  counters: { seq: number; unsent: number; drafts: number };
  cut: { at: number };
  persisted: { asked: boolean };
  /** Who may send now, where the browser has no locks: until (milliseconds). */
  lease: { holder: string; until: number };
}

type ClearRow = { [K in keyof Clear]: { key: K; value: Clear[K] } }[keyof Clear];

export type SealedTable = "kept" | "homes" | "drafts" | "files" | "blobs";

export class Database extends Dexie {
  declare clear: Table<ClearRow, keyof Clear>;
  declare kept: EntityTable<SealedRow, "id">;
  declare homes: EntityTable<SealedRow, "id">;
  declare drafts: EntityTable<SealedRow, "id">;
  declare queue: EntityTable<QueuedRow, "seq">;
  /** Kind, size and state of a file; its bytes lie in blobs, so that a list need not open them. */
  declare files: EntityTable<SealedRow, "id">;
  declare blobs: EntityTable<SealedRow, "id">;

  constructor() {
    // strict: a form that is said to be saved is on the disk, not in a cache that a dying battery takes along
    super("sangesan-field", { chromeTransactionDurability: "strict" });
    this.version(1).stores({ clear: "key", kept: "id", homes: "id", drafts: "id", queue: "seq", files: "id", blobs: "id" });
  }

  async read<K extends keyof Clear>(key: K): Promise<Clear[K] | null> {
    const row = await this.clear.get(key);
    return row ? (row.value as Clear[K]) : null;
  }

  async write<K extends keyof Clear>(key: K, value: Clear[K]): Promise<void> {
    await this.clear.put({ key, value } as ClearRow);
  }
}
