/** When a JPEG says it was taken. Nothing else of its metadata is read, and none of it survives the shrinking. */

const APP1 = 0xffe1;
const EXIF_IFD = 0x8769;
const TAKEN = 0x9003;

/** Milliseconds by the phone's clock and zone, or null. */
export function takenAt(bytes: Uint8Array): number | null {
  try {
    return search(new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256 * 1024)));
  } catch {
    return null; // reading past the end: a broken header
  }
}

function search(view: DataView): number | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 4 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === APP1 && view.getUint32(at + 4) === 0x45786966) return fromTiff(view, at + 10);
    if (marker >> 8 !== 0xff || marker === 0xffda) return null;
  }
  return null;
}

function fromTiff(view: DataView, start: number): number | null {
  const little = view.getUint16(start) === 0x4949;
  const entry = (ifd: number, tag: number): number | null => {
    for (let at = ifd + 2, left = view.getUint16(ifd, little); left > 0; left -= 1, at += 12) {
      if (view.getUint16(at, little) === tag) return start + view.getUint32(at + 8, little);
    }
    return null;
  };
  const exif = entry(start + view.getUint32(start + 4, little), EXIF_IFD);
  const place = exif === null ? null : entry(exif, TAKEN);
  if (place === null) return null;
  let said = "";
  for (let at = place; at < place + 19; at += 1) said += String.fromCharCode(view.getUint8(at));
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(said)?.slice(1).map(Number);
  if (!parts) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}
