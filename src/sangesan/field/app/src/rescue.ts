/** The unsent queue as a file that the county alone can open: for phones whose browser may clear what it stores. */

import { type Bytes, base64, random, utf8 } from "./bytes";
import { localDay } from "./clock";
import { Refused } from "./contract";
import { type Core, isUnsent } from "./core";
import type { RescueContent, RescueFile, Sha256 } from "./types";
import { fileBytes } from "./writing";

const INFO = "sangesan:rescue";

async function seal(content: Bytes, countyKey: JsonWebKey): Promise<RescueFile> {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const { kty, crv, x, y } = countyKey;
  const theirs = await crypto.subtle.importKey("jwk", { kty, crv, x, y, ext: true }, curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(INFO) };
  const key = await crypto.subtle.deriveKey(hkdf, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = random(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, content));
  const { kty: k, crv: c, x: ox, y: oy } = await crypto.subtle.exportKey("jwk", ours.publicKey);
  return { form: "sangesan-rescue-1", ephemeral: { kty: k, crv: c, x: ox, y: oy }, iv: base64(iv), sealed: base64(sealed) };
}

/** Every form without an answer that settles it, with its files. Raises Refused where there is none, or the app is closed. */
export async function exportRescue(core: Core): Promise<{ blob: Blob; name: string; forms: number }> {
  const { session } = core;
  if (!core.vault || !session) throw new Refused("应用已锁住", "请输入 PIN");
  const rows = [...core.queue.values()].filter((row) => isUnsent(row) && row.body).sort((a, b) => a.seq - b.seq);
  if (rows.length === 0) throw new Refused("没有未送出的登记", "不用导出");
  const files = [...new Set(rows.flatMap((row) => row.files))];
  const content: RescueContent = {
    device: session.device,
    blobs: (await Promise.all(files.map((file) => blobOf(core, file)))).flatMap((blob) => (blob ? [blob] : [])),
    submissions: rows.map((row) => ({ id: row.id, body: base64(utf8(row.body)) })),
  };
  const file = await seal(utf8(JSON.stringify(content)), session.rescueKey);
  return {
    blob: new Blob([JSON.stringify(file)], { type: "application/json" }),
    name: `入户登记_${localDay(Date.now())}_${rows.length}份.rescue.json`,
    forms: rows.length,
  };
}

async function blobOf(core: Core, sha256: Sha256): Promise<RescueContent["blobs"][number] | null> {
  const row = core.files.get(sha256);
  const bytes = row ? await fileBytes(core, sha256) : null;
  return row && bytes ? { sha256, kind: row.kind, base64: base64(bytes) } : null;
}
