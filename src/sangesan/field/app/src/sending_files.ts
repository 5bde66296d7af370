/** Files in pieces small enough for a bad line; what has arrived is never sent twice. */

import type { FileRow, QueueRow } from "./core";
import { NoContact, OFFLINE, problemOf } from "./server";
import type { Line } from "./sync";
import type { BlobState, Problem } from "./types";
import { fileBytes } from "./writing";

const PIECE = 32 * 1024;
/** Attempts at one file within a run that do not bring it further. */
const PATIENCE = 4;

/** The file, and with it its form, cannot be sent as it is: the worker has to do something about it. */
export class FileRefused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** askFirst: an earlier attempt may have brought a part of it over. */
export async function sendFiles(line: Line, row: QueueRow, askFirst: boolean): Promise<void> {
  const rows = row.files.map((sha256) => line.core.files.get(sha256) ?? null);
  const todo = rows.filter((file) => file === null || !file.complete);
  if (todo.length === 0) return;
  line.phase("files", todo.reduce((sum, file) => sum + (file?.bytes ?? 0), 0));
  for (const file of todo) {
    if (file === null) throw new FileRefused({ message: "有一个附件不在手机上了", place: "附件", remedy: "请打开这份登记，删去它或重拍后再存" });
    await sendFile(line, file, askFirst);
  }
}

async function sendFile(line: Line, file: FileRow, askFirst: boolean): Promise<void> {
  const bytes = await fileBytes(line.core, file.sha256);
  if (!bytes) throw new FileRefused({ message: "有一个附件不在手机上了", place: "附件", remedy: "请打开这份登记，删去它或重拍后再存" });
  const path = `blobs/${file.sha256}`;
  let at: BlobState = { have: 0, complete: false };
  if (askFirst) at = stateOf((await line.ask(path, { method: "GET" })).json);
  line.step(at.have);
  for (let idle = 0; !at.complete && idle < PATIENCE; ) {
    const piece = bytes.slice(at.have, at.have + PIECE);
    const query = `size=${bytes.length}&kind=${file.kind}&from=${at.have}`;
    const { status, json } = await line.ask(`${path}?${query}`, { method: "PUT", body: piece });
    const problem = problemOf(json);
    if (problem && status !== 409) throw new FileRefused(problem);
    const next = stateOf(json);
    if (next.have <= at.have && !next.complete) idle += 1;
    line.step(next.have - at.have);
    at = next;
    line.core.files.set(file.sha256, { ...file, have: at.have });
  }
  if (!at.complete) throw new NoContact(OFFLINE);
  const done = { ...file, have: bytes.length, complete: true };
  await line.core.keep("files", file.sha256, done);
  line.core.files.set(file.sha256, done);
}

const stateOf = (json: Record<string, unknown>): BlobState => ({
  have: typeof json["have"] === "number" ? json["have"] : 0,
  complete: json["complete"] === true,
});
