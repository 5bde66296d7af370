/**
 * The key of this phone. A random key of 32 bytes, wrapped first by an AES key that never leaves this browser
 * (non-extractable), then by a key that PBKDF2 makes from the PIN: both are needed. From it come a key that seals (AES-GCM,
 * a fresh IV each time, table and id as additional data, so that no row can stand in another's place) and one that names rows.
 */

import { type Bytes, hex, random, utf8 } from "./bytes";
import type { SealedTable } from "./database";

/** OWASP's figure for PBKDF2-HMAC-SHA256; about a second on a phone of 2020. */
const ROUNDS = 600_000;
const AES = { name: "AES-GCM", length: 256 } as const;

export interface WrappedKey {
  salt: Bytes;
  rounds: number;
  phoneKey: CryptoKey;
  innerIv: Bytes;
  outerIv: Bytes;
  wrapped: ArrayBuffer;
}

/** The PIN does not open the key. */
export class WrongPin extends Error {}

async function keyOfPin(pin: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, base, AES, false, [
    "encrypt",
    "decrypt",
  ]);
}

async function wrap(raw: Bytes, pin: string): Promise<WrappedKey> {
  const phoneKey = await crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
  const [salt, innerIv, outerIv] = [random(16), random(12), random(12)];
  const inner = await crypto.subtle.encrypt({ name: "AES-GCM", iv: innerIv, additionalData: utf8("phone") }, phoneKey, raw);
  const pinKey = await keyOfPin(pin, salt, ROUNDS);
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv: outerIv, additionalData: utf8("pin") }, pinKey, inner);
  return { salt, rounds: ROUNDS, phoneKey, innerIv, outerIv, wrapped };
}

async function unwrap(kept: WrappedKey, pin: string): Promise<Bytes> {
  const pinKey = await keyOfPin(pin, kept.salt, kept.rounds);
  let inner: ArrayBuffer;
  try {
    inner = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.outerIv, additionalData: utf8("pin") }, pinKey, kept.wrapped);
  } catch {
    throw new WrongPin();
  }
  const algorithm = { name: "AES-GCM", iv: kept.innerIv, additionalData: utf8("phone") };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, kept.phoneKey, inner));
}

/** The open key: in memory only, gone with the page. */
export class Vault {
  private constructor(
    private readonly sealing: CryptoKey,
    private readonly naming: CryptoKey,
  ) {}

  private static async of(raw: Bytes): Promise<Vault> {
    const base = await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
    const parameters = (info: string) => ({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(info) });
    const sealing = await crypto.subtle.deriveKey(parameters("seal"), base, AES, false, ["encrypt", "decrypt"]);
    const hmac = { name: "HMAC", hash: "SHA-256", length: 256 };
    const naming = await crypto.subtle.deriveKey(parameters("name"), base, hmac, false, ["sign"]);
    raw.fill(0);
    return new Vault(sealing, naming);
  }

  /** A new key under a PIN, and what is to be kept of it. */
  static async create(pin: string): Promise<{ vault: Vault; kept: WrappedKey }> {
    const raw = random(32);
    const kept = await wrap(raw, pin);
    return { vault: await Vault.of(raw), kept };
  }

  /** Raises WrongPin. */
  static async open(kept: WrappedKey, pin: string): Promise<Vault> {
    return Vault.of(await unwrap(kept, pin));
  }

  /** The same key under another PIN, with a new phone key and salt: nothing has to be sealed anew. Raises WrongPin. */
  static async rewrap(kept: WrappedKey, old: string, pin: string): Promise<WrappedKey> {
    const raw = await unwrap(kept, old);
    const rewrapped = await wrap(raw, pin);
    raw.fill(0);
    return rewrapped;
  }

  /** Under which name a row lies: tells nothing to whoever has not the key. */
  async name(table: SealedTable, id: string): Promise<string> {
    const signed = await crypto.subtle.sign("HMAC", this.naming, utf8(`${table}:${id}`));
    return hex(new Uint8Array(signed).subarray(0, 16));
  }

  async seal(table: SealedTable | "queue", id: string | number, plain: Bytes): Promise<{ iv: Bytes; sealed: ArrayBuffer }> {
    const iv = random(12);
    const algorithm = { name: "AES-GCM", iv, additionalData: utf8(`${table}:${id}`) };
    return { iv, sealed: await crypto.subtle.encrypt(algorithm, this.sealing, plain) };
  }

  async unseal(table: SealedTable | "queue", id: string | number, row: { iv: Bytes; sealed: ArrayBuffer }): Promise<Bytes> {
    const algorithm = { name: "AES-GCM", iv: row.iv, additionalData: utf8(`${table}:${id}`) };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, this.sealing, row.sealed));
  }
}

/** Null where a PIN is good, else why it is not. */
export function pinFault(pin: string, digits: number): string | null {
  if (!/^\d*$/.test(pin)) return "PIN 只能是数字";
  if (pin.length < digits) return `PIN 至少 ${digits} 位数字`;
  if (/^(\d{1,3})\1+\d{0,2}$/.test(pin) && new Set(pin).size <= 3) return "这个 PIN 太容易被猜到：数字有规律地重复，请换一个";
  const steps = new Set(Array.from(pin.slice(1), (digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10));
  if (steps.size === 1 && (steps.has(1) || steps.has(9))) return "这个 PIN 太容易被猜到：数字连着排，请换一个";
  return null;
}

/** How long to wait after so many wrong PINs in a row (milliseconds): two slips are free, a guesser gets nowhere. */
export function waitAfter(failures: number): number {
  const seconds = [0, 0, 0, 30, 60, 5 * 60, 15 * 60, 30 * 60];
  return 1000 * (seconds[failures] ?? 60 * 60);
}
