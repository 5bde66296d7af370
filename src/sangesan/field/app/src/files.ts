/** Photos shrunk here, drawn signatures, recorded voices: each kept sealed before anybody hears that it is there. */

import { type Bytes, bytesOf, sha256, utf8 } from "./bytes";
import { corrected, moment } from "./clock";
import { Refused, type Photo, type Signature } from "./contract";
import type { Core, FileRow } from "./core";
import { takenAt } from "./exif";
import type { BlobKind, Position, Sha256, VoiceNamed } from "./types";
import { fileBytes } from "./writing";

const MEGABYTE = 1024 * 1024;
const LARGEST_PHOTO = 40 * MEGABYTE;
const LARGEST_FILE = 10 * MEGABYTE; // what the server takes
const QUALITY = 0.8;
const LONGEST_SIDE = 1600;
/** Where the phone is now is where the photo was taken, if it was taken just now. */
const JUST_NOW = 15 * 60_000;

async function keepFile(core: Core, kind: BlobKind, bytes: Bytes): Promise<FileRow> {
  core.open();
  if (bytes.length > LARGEST_FILE) throw new Refused(`文件有 ${Math.ceil(bytes.length / MEGABYTE)} MB，太大`, "请重拍或重录一段短的", "附件");
  const row: FileRow = { sha256: await sha256(bytes), kind, bytes: bytes.length, have: 0, complete: false, at: Date.now() };
  const sealed = await core.row("blobs", row.sha256, bytes);
  const listed = await core.row("files", row.sha256, utf8(JSON.stringify(row)));
  try {
    await core.db.transaction("rw", core.db.blobs, core.db.files, async () => {
      await core.db.blobs.put(sealed);
      await core.db.files.put(listed);
    });
  } catch (error) {
    if (isFull(error)) throw new Refused("手机空间不够，没能保存", "请删去手机里不用的照片或应用后再试，已保存的登记都还在", "附件");
    throw error;
  }
  core.files.set(row.sha256, row);
  return row;
}

const isFull = (error: unknown): boolean => {
  const said = error as { name?: string; inner?: { name?: string } };
  return said.name === "QuotaExceededError" || said.inner?.name === "QuotaExceededError";
};

// ── photos ──────────────────────────────────────────────────────────────────

/** By the first bytes: names and types of files lie. */
function pictureType(head: Uint8Array): "jpeg" | "png" | "webp" | "heic" | "" {
  const ascii = String.fromCharCode(...head.subarray(0, 16));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return "jpeg";
  if (ascii.startsWith("\x89PNG")) return "png";
  if (ascii.startsWith("RIFF") && ascii.slice(8, 12) === "WEBP") return "webp";
  if (ascii.slice(4, 8) === "ftyp" && /^(heic|heix|mif1|hevc)/.test(ascii.slice(8))) return "heic";
  return "";
}

export async function addPhoto(core: Core, file: File): Promise<Photo> {
  core.open();
  if (file.size > LARGEST_PHOTO) {
    throw new Refused(`照片有 ${Math.ceil(file.size / MEGABYTE)} MB，超过 40 MB`, "请用手机相机重拍，或选小一些的照片", "照片");
  }
  const original = await bytesOf(file).catch(() => {
    throw new Refused("照片读不出来", "它可能已被移走，请重新选或重拍", "照片");
  });
  const type = pictureType(original);
  if (type === "heic") throw new Refused("浏览器打不开 HEIC 格式的照片", "请在相机设置里改为 JPEG（最兼容），或直接在这里拍", "照片");
  if (!type) throw new Refused("这不是照片", "请选 JPG、PNG 或 WebP 照片，或直接在这里拍", "照片");
  const shrunk = await shrink(file, core.session?.policy.photo_longest_side || LONGEST_SIDE);
  const now = Date.now();
  const said = (type === "jpeg" ? takenAt(original) : null) ?? (file.lastModified || now);
  const taken = said > now ? now : said;
  const position = now - taken < JUST_NOW ? await whereAmI() : null;
  const kept = await keepFile(core, "photo", await bytesOf(shrunk));
  return { sha256: kept.sha256, taken_at: moment(corrected(core.contact, taken)), position, name: file.name, bytes: kept.bytes };
}

/** Drawn anew, upright and no larger than asked: pixels are all that is left. */
async function shrink(file: Blob, longest: number): Promise<Blob> {
  const url = URL.createObjectURL(file);
  const picture = new Image();
  try {
    picture.src = url;
    await picture.decode();
    const scale = Math.min(1, longest / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("no canvas");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await blobOf(canvas, "image/jpeg");
  } catch {
    throw new Refused("照片打不开，可能已损坏", "请重拍或另选一张", "照片");
  } finally {
    URL.revokeObjectURL(url);
  }
}

const blobOf = (canvas: HTMLCanvasElement, type: string): Promise<Blob> =>
  new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(type))), type, QUALITY));

export async function addSignature(core: Core, canvas: HTMLCanvasElement): Promise<Signature> {
  const kept = await keepFile(core, "signature", await bytesOf(await blobOf(canvas, "image/png")));
  return { sha256: kept.sha256, bytes: kept.bytes };
}

// ── where ───────────────────────────────────────────────────────────────────

/** Longitude, latitude, accuracy; null where it may not be asked or takes too long (a valley, a cellar). */
export function whereAmI(): Promise<Position | null> {
  if (!("geolocation" in navigator)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), 10_000); // also when the question about it is left open
    const end = (position: Position | null) => {
      clearTimeout(timer);
      resolve(position);
    };
    const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => end([round(coords.longitude), round(coords.latitude), Math.round(coords.accuracy)]),
      () => end(null),
      { enableHighAccuracy: true, timeout: 8_000, maximumAge: 60_000 },
    );
  });
}

// ── voice ───────────────────────────────────────────────────────────────────

const SOUNDS = ["audio/webm;codecs=opus", "audio/webm", "audio/ogg;codecs=opus", "audio/mp4"];

export const canRecord = (): boolean =>
  typeof MediaRecorder !== "undefined" && typeof navigator.mediaDevices?.getUserMedia === "function";

export async function addVoice(core: Core, recording: Blob, seconds: number): Promise<VoiceNamed> {
  if (recording.size === 0) throw new Refused("没有录到声音", "请检查话筒的权限后重新录", "录音");
  const kept = await keepFile(core, "voice", await bytesOf(recording));
  return { sha256: kept.sha256, seconds: Math.max(1, Math.round(seconds)) };
}

export async function recordVoice(
  core: Core,
  onSecond: (seconds: number) => void,
): Promise<{ stop(): Promise<VoiceNamed>; cancel(): void }> {
  const most = core.open().policy.voice_seconds;
  if (!canRecord()) throw new Refused("这个浏览器不能录音", "请改为打字", "录音");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => {
    throw new Refused("没有话筒的权限", "请在浏览器的网站设置里允许使用话筒，或改为打字", "录音");
  });
  const mimeType = SOUNDS.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 24_000, ...(mimeType ? { mimeType } : {}) });
  const pieces: Blob[] = [];
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let length = 0;
  const ended = new Promise<void>((resolve) => {
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      length = Math.min(seconds(), most);
      clearInterval(ticking);
      for (const track of stream.getTracks()) track.stop();
      resolve();
    };
  });
  const end = () => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  const ticking = setInterval(() => {
    onSecond(Math.min(Math.floor(seconds()), most));
    if (seconds() >= most) end();
  }, 500);
  recorder.start(1000);
  return {
    async stop() {
      end();
      await ended;
      return addVoice(core, new Blob(pieces, { type: recorder.mimeType }), length);
    },
    cancel: end,
  };
}

// ── looking at what is kept ─────────────────────────────────────────────────

const TYPES: Record<BlobKind, string> = { photo: "image/jpeg", signature: "image/png", voice: "audio/webm" };

export async function preview(core: Core, file: Sha256): Promise<{ url: string; kind: BlobKind; free(): void } | null> {
  const row = core.files.get(file);
  const bytes = row ? await fileBytes(core, file) : null;
  if (!row || !bytes) return null;
  const url = URL.createObjectURL(new Blob([bytes], { type: TYPES[row.kind] }));
  return { url, kind: row.kind, free: () => URL.revokeObjectURL(url) };
}
