/** What is new, and what became of earlier forms: sealed and kept together, so that the phone never shows half an answer. */

import { utf8 } from "./bytes";
import { Refused } from "./contract";
import type { Core, QueueRow } from "./core";
import { heard, readable } from "./entering";
import { good, problemOf } from "./server";
import type { Line } from "./sync";
import type { Answer, Bundle, BundleAsked, Conflict } from "./types";

export async function fetchNews(line: Line): Promise<void> {
  const { core } = line;
  const first = core.head === null;
  line.phase(first ? "bundle" : "update", 0);
  const asked: BundleAsked = {
    known: Object.fromEntries([...core.homes.values()].map((home) => [String(home.id), home.digest])),
    head: core.head?.digest ?? "",
    inspection: core.inspection?.digest ?? "",
  };
  const bundle = good<Bundle>(await line.ask("bundle", { method: "POST", json: asked }));
  if (first) line.phase("bundle", bundle.households.length);
  const homes = await Promise.all(
    bundle.households.map((home) => core.row("homes", String(home.id), utf8(JSON.stringify(home)))),
  );
  const gone = await Promise.all(bundle.gone.map((id) => core.key().name("homes", String(id))));
  const head = bundle.head ? await core.row("kept", "head", utf8(JSON.stringify(bundle.head))) : null;
  const places = bundle.inspection ? await core.row("kept", "inspection", utf8(JSON.stringify(bundle.inspection))) : null;
  const rows = answered(core, bundle.answers);
  const sealed = await Promise.all(rows.map((row) => core.sealedQueueRow(row)));
  await core.db.transaction("rw", core.db.homes, core.db.kept, core.db.queue, async () => {
    await core.db.homes.bulkPut(homes);
    await core.db.homes.bulkDelete(gone);
    if (head) await core.db.kept.put(head);
    if (places) await core.db.kept.put(places);
    await core.db.queue.bulkPut(sealed);
  });
  for (const home of bundle.households) core.homes.set(home.id, home);
  for (const id of bundle.gone) core.homes.delete(id);
  for (const row of rows) core.queue.set(row.seq, row);
  core.head = bundle.head ?? core.head;
  core.inspection = bundle.inspection ?? core.inspection;
  if (core.session && JSON.stringify(core.session.policy) !== JSON.stringify(bundle.policy)) {
    core.session = { ...core.session, policy: bundle.policy };
    await core.keep("kept", "session", core.session);
  }
  await heard(core, core.session ?? line.session, Date.parse(bundle.server_time), bundle.head?.today);
  line.step(bundle.households.length);
  core.tellOthers();
}

/** Rows that the answers change, and those whose form the register now shows: their text is not needed here any more. */
function answered(core: Core, answers: Answer[]): QueueRow[] {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const changed: QueueRow[] = [];
  for (const row of core.queue.values()) {
    if (row.state === "saved" || row.state === "sending") continue;
    const answer = byId.get(row.id);
    const state = answer ? (answer.state === "taken" ? "sent" : answer.state) : row.state;
    const shown = state === "sent" || state === "conflict";
    if (!answer && (row.fetched || !shown)) continue;
    changed.push({ ...row, state, answer: answer ?? row.answer, fetched: shown, body: shown ? "" : row.body });
  }
  return changed;
}

export async function fetchConflicts(line: Line): Promise<void> {
  line.phase("conflicts", 0);
  const { conflicts } = good<{ conflicts: Conflict[] }>(await line.ask("conflicts", { method: "GET" }));
  await keepConflicts(line.core, conflicts);
}

async function keepConflicts(core: Core, conflicts: Conflict[]): Promise<void> {
  await core.keep("kept", "conflicts", conflicts);
  core.conflicts = conflicts;
  core.changed();
}

/** A person's choice between two values; `asking` carries the token. Raises Refused where the register has moved on. */
export async function settle(core: Core, asking: Line["ask"], conflict: Conflict, choice: "mine" | "theirs"): Promise<void> {
  const asked = { choice, seen: conflict.theirs.value };
  const reply = await asking(`conflicts/${conflict.id}`, { method: "POST", json: asked }).catch(readable);
  const fresh = conflictIn(reply.json);
  if (fresh) await keepConflicts(core, core.conflicts.map((one) => (one.id === fresh.id ? fresh : one)));
  if (reply.status === 409) {
    const said = problemOf(reply.json);
    throw new Refused(said?.message ?? "登记又有了新的变化", said?.remedy ?? "请看新的内容后再定", said?.place ?? "", 409);
  }
  good(reply);
}

/** The conflict of an answer, by itself or beside a refusal. */
function conflictIn(json: Record<string, unknown>): Conflict | null {
  const found = (json["conflict"] ?? json) as Partial<Conflict>;
  return typeof found.id === "number" && found.theirs && found.mine ? (found as Conflict) : null;
}
