/** Enrolling, PIN, lock, log-in again, cut-off: who may open what is on this phone, and when. */

import { expired } from "./clock";
import * as clock from "./clock";
import { Refused, type EnrolInput, type EnrolStep } from "./contract";
import { type Core, CUT, type Session } from "./core";
import { Vault, WrongPin, pinFault, waitAfter } from "./sealing";
import { NoContact, ask, good, refusedBy } from "./server";
import type { EnrolAsked, EnrolChoice, Enrolled } from "./types";

/** The least number of digits, whatever the policy says. */
const LEAST_DIGITS = 6;

/** An enrolment that waits for its PIN; never on the disk. */
let waiting: { session: Session; server: number } | null = null;

export const leastDigits = (core: Core): number =>
  Math.max(LEAST_DIGITS, waiting?.session.policy.pin_digits ?? core.contact?.pinDigits ?? 0);

/** What is wrong with this browser or with how the page was opened; empty where nothing is. */
export function unfit(): string {
  if (!isSecureContext || !crypto.subtle) return "请用 https:// 开头的网址打开：不加密的连接上，浏览器不允许加密保存";
  if (!("indexedDB" in self)) return "这个浏览器不能在手机上保存内容，请换用 Chrome 或系统自带的新版浏览器";
  return "";
}

/** What is kept here, without opening it. */
export async function look(core: Core): Promise<void> {
  if (unfit()) return core.setStatus("new", unfit());
  await core.readClear();
  const [key, cut] = [await core.db.read("key"), await core.db.read("cut")];
  if (!key) return core.setStatus("new");
  if (cut) return core.setStatus("cut", CUT);
  const why = expired(core.contact);
  core.setStatus(why ? "expired" : "locked", why);
}

// ── enrolling ───────────────────────────────────────────────────────────────

function phoneName(): string {
  const model = /Android [^;)]*; ([^;)]+?)(?: Build|\))/.exec(navigator.userAgent)?.[1]?.trim();
  return model && model !== "K" ? model.slice(0, 60) : "工作手机";
}

async function askEnrol(asked: EnrolAsked): Promise<Enrolled | EnrolChoice> {
  return good<Enrolled | EnrolChoice>(await ask("enrol", { method: "POST", json: asked }).catch(readable));
}

/** Want of contact as a refusal to be read; anything else as it is. */
export function readable(error: unknown): never {
  throw error instanceof NoContact ? refusedBy(error.problem) : error;
}

function sessionOf(enrolled: Enrolled, username: string, post: number | null): Session {
  return {
    username,
    device: enrolled.device,
    token: enrolled.token,
    worker: enrolled.worker,
    grid: enrolled.grid,
    post,
    policy: enrolled.policy,
    rescueKey: enrolled.rescue_key,
    needsLogIn: false,
  };
}

export async function enrol(core: Core, input: EnrolInput): Promise<EnrolStep> {
  if (unfit()) throw new Refused(unfit());
  const goesOn = core.status === "cut" && (core.counters.unsent > 0 || core.counters.drafts > 0);
  if (goesOn) {
    if (!core.vault) throw new Refused("手机里还有没送出的登记", "请先输入原来的 PIN，再登录；登记会接着上传");
    if (core.session && core.session.username !== input.username.trim()) throw othersPhone(core.session.username);
  } else if (core.status !== "new" && core.status !== "cut") {
    throw new Refused("这部手机已经启用", "请输入 PIN");
  }
  const username = input.username.trim();
  const name = input.name?.trim() || phoneName();
  const answer = await askEnrol({
    username, password: input.password, name,
    ...(input.post === undefined ? {} : { post: input.post }),
    ...(input.grid === undefined ? {} : { grid: input.grid }),
  });
  if ("choose" in answer) return { step: "choose", posts: answer.choose.posts };
  const session = sessionOf(answer, username, input.post ?? null);
  const server = Date.parse(answer.server_time);
  if (goesOn) {
    await core.keep("kept", "session", session);
    await core.db.clear.delete("cut");
    await heard(core, session, server);
    await core.load();
    core.setStatus("open");
    return { step: "open" };
  }
  waiting = { session, server };
  return { step: "pin", digits: leastDigits(core) };
}

export async function choosePin(core: Core, pin: string): Promise<void> {
  if (!waiting) throw new Refused("登录没有完成", "请重新登录");
  const fault = pinFault(pin, leastDigits(core));
  if (fault) throw new Refused(fault, "请换一个", "PIN");
  const { session, server } = waiting;
  const { vault, kept } = await Vault.create(pin);
  await wipe(core, false);
  core.vault = vault;
  await core.keep("kept", "session", session);
  await heard(core, session, server);
  await core.db.write("pin", { failures: 0, failedAt: 0 });
  await core.db.write("key", kept); // last: before it the phone counts as new
  waiting = null;
  await core.load();
  core.setStatus("open");
}

/** Contact was had: the lock's days begin anew and the phone's clock is put right. */
export async function heard(core: Core, session: Session, server: number, countyDay?: string): Promise<void> {
  if (!Number.isFinite(server)) return;
  const now = Date.now();
  core.contact = {
    server,
    device: now,
    seen: now,
    shift: countyDay ? clock.shiftOf(countyDay, server) : (core.contact?.shift ?? 0),
    lockDays: session.policy.lock_days,
    pinDigits: session.policy.pin_digits,
  };
  await core.db.write("contact", core.contact);
}

// ── the PIN ─────────────────────────────────────────────────────────────────

export function pinWaitUntil(core: Core): number | null {
  const until = core.pin.failedAt + waitAfter(core.pin.failures);
  if (!waitAfter(core.pin.failures)) return null;
  // a clock set back does not shorten the wait
  if (Date.now() < core.pin.failedAt) return Date.now() + waitAfter(core.pin.failures);
  return until > Date.now() ? until : null;
}

async function opened(core: Core, pin: string): Promise<Vault> {
  await core.readClear();
  const until = pinWaitUntil(core);
  if (until) throw new Refused(`PIN 输错多次，请等 ${Math.ceil((until - Date.now()) / 1000)} 秒再试`, "忘记 PIN 请联系镇里", "PIN");
  const key = await core.db.read("key");
  if (!key) throw new Refused("这部手机还没有启用", "请登录");
  const before = core.pin;
  // counted before it is tried: closing the app does not undo an attempt
  core.pin = { failures: before.failures + 1, failedAt: Date.now() };
  await core.db.write("pin", core.pin);
  try {
    const vault = await Vault.open(key, pin);
    core.pin = { failures: 0, failedAt: 0 };
    await core.db.write("pin", core.pin);
    return vault;
  } catch (error) {
    if (!(error instanceof WrongPin)) throw new Refused("保存的密钥打不开", "浏览器的数据可能被清理过，请联系镇里", "PIN");
    core.changed();
    const wait = waitAfter(core.pin.failures);
    throw new Refused("PIN 不对", wait ? `请等 ${wait / 1000} 秒再试；忘记 PIN 请联系镇里` : "请再输一次", "PIN");
  }
}

export async function unlock(core: Core, pin: string): Promise<void> {
  const why = core.status === "cut" ? "" : expired(core.contact);
  if (why) {
    core.close("expired", why);
    throw new Refused(why, "请登录");
  }
  core.vault = await opened(core, pin);
  await core.load();
  if (core.status === "cut") core.changed();
  else core.setStatus("open");
}

export async function changePin(core: Core, old: string, pin: string): Promise<void> {
  core.open();
  const fault = pinFault(pin, leastDigits(core));
  if (fault) throw new Refused(fault, "请换一个", "新 PIN");
  await opened(core, old);
  const key = await core.db.read("key");
  if (key) await core.db.write("key", await Vault.rewrap(key, old, pin));
}

// ── log-in again ────────────────────────────────────────────────────────────

const othersPhone = (username: string): Refused =>
  new Refused(`这部手机是 ${username} 启用的`, "请原来的人登录，把没送出的登记送出；手机要转给别人，先在设置里清空", "用户名");

export async function logIn(core: Core, input: { username: string; password: string; pin?: string }): Promise<void> {
  const closed = core.status === "expired";
  if (closed) {
    if (input.pin === undefined) throw new Refused("请输入 PIN", "", "PIN");
    core.vault = await opened(core, input.pin);
  }
  try {
    const session = closed ? await core.kept<Session>("kept", "session") : core.session;
    if (!session) throw new Refused("这部手机还没有启用", "请登录");
    if (session.username !== input.username.trim()) throw othersPhone(session.username);
    await again(core, session, input.password);
    await core.load();
    core.sync = { ...core.sync, needsLogIn: false, problem: null };
    core.setStatus("open");
  } catch (error) {
    if (closed && core.status === "expired") core.vault = null;
    throw error;
  }
}

async function again(core: Core, session: Session, password: string): Promise<void> {
  const asked = { username: session.username, password, name: phoneName(), device: session.device };
  try {
    let answer = await askEnrol(session.post === null ? asked : { ...asked, post: session.post, grid: session.grid?.code ?? "" });
    if ("choose" in answer) {
      const code = session.grid?.code;
      const post = answer.choose.posts.find((one) => one.grids.some((grid) => grid.code === code));
      if (!post || !code) throw new Refused("您的岗位不再负责这部手机的网格", "请联系镇里");
      answer = await askEnrol({ ...asked, post: post.id, grid: code });
    }
    if ("choose" in answer) throw new Refused("登录没有完成", "请重试");
    const fresh = sessionOf(answer, session.username, session.post);
    await core.keep("kept", "session", fresh);
    await heard(core, fresh, Date.parse(answer.server_time));
  } catch (error) {
    if (error instanceof Refused && error.status === 403) await cutOff(core, error.message);
    throw error;
  }
}

// ── the end ─────────────────────────────────────────────────────────────────

/** The county's 403: what was downloaded and the token go; the sealed queue, drafts and their files stay. Needs the key. */
export async function cutOff(core: Core, why: string): Promise<void> {
  const session = core.session ?? (await core.kept<Session>("kept", "session"));
  if (session) {
    core.session = { ...session, token: "", worker: null, grid: null, post: null };
    await core.keep("kept", "session", core.session);
  }
  const vault = core.key();
  const gone = await Promise.all(["head", "conflicts", "inspection"].map((name) => vault.name("kept", name)));
  await core.db.transaction("rw", core.db.homes, core.db.kept, core.db.clear, async () => {
    await core.db.homes.clear();
    await core.db.kept.bulkDelete(gone);
    await core.db.write("cut", { at: Date.now() });
  });
  core.homes = new Map();
  core.head = null;
  core.inspection = null;
  core.conflicts = [];
  core.sync = { ...core.sync, running: false, phase: null, nextAt: null, needsLogIn: false };
  core.setStatus("cut", why || CUT);
  core.tellOthers();
}

/** Everything on this phone. keepAsked: what the browser promised about storage. */
export async function wipe(core: Core, keepAsked: boolean): Promise<void> {
  const asked = keepAsked ? await core.db.read("persisted") : null;
  await core.db.transaction("rw", core.db.tables, async () => {
    for (const table of core.db.tables) await table.clear();
  });
  if (asked) await core.db.write("persisted", asked);
  core.contact = null;
  core.pin = { failures: 0, failedAt: 0 };
  core.counters = { seq: 0, unsent: 0, drafts: 0 };
}

export async function forget(core: Core): Promise<void> {
  await wipe(core, true);
  core.close("new");
  core.tellOthers();
}
