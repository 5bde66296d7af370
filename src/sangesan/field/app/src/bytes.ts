/** Bytes and what they are written as. */

import type { Sha256, Uuid } from "./types";

/** Bytes on an ordinary buffer, which is what WebCrypto, IndexedDB and fetch take. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const utf8 = (text: string): Bytes => Uint8Array.from(encoder.encode(text));
export const text = (bytes: BufferSource): string => decoder.decode(bytes);

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** In pieces: the arguments of one call are limited, and a photo has more bytes than that. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

export async function sha256(bytes: Bytes): Promise<Sha256> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** A random UUID (version 4); Chromium 90 has no crypto.randomUUID. */
export function uuid(): Uuid {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = random(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = hex(bytes);
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => digits.slice(from, to)).join("-");
}

export async function bytesOf(blob: Blob): Promise<Bytes> {
  return new Uint8Array(await blob.arrayBuffer());
}
