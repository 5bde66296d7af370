/**
 * Speaking with the server. What is not JSON of the protocol (a hotel's log-in page, a proxy's refusal) is no answer: it counts
 * as no contact, so that no stranger's 403 makes the phone forget anything.
 */

import type { Bytes } from "./bytes";
import { Refused } from "./contract";
import type { Problem } from "./types";

const API = "/field/api/";
/** 32 kB take half a minute on the worst line that is still one. */
const PATIENCE = 90_000;

/** There was no contact, or nothing that can be understood. failed: the server answered, and failed over it (5xx). */
export class NoContact extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfter = 0,
    readonly failed = false,
  ) {
    super(problem.message);
  }
}

export interface Reply {
  status: number;
  json: Record<string, unknown>;
}

export interface Asked {
  method: "GET" | "POST" | "PUT";
  token?: string;
  json?: unknown;
  body?: Bytes;
  stop?: AbortSignal;
}

export const OFFLINE: Problem = { message: "没有联系上系统", place: "网络", remedy: "登记都存在这部手机上，有信号时自动上传" };
const STRANGE: Problem = { message: "回应的不是本系统", place: "网络", remedy: "可能要先登录所用的无线网络，或请管理员查看服务器" };
const BUSY: Problem = { message: "系统暂时不能处理", place: "服务器", remedy: "登记都存在这部手机上，稍后自动重试" };

/** Any JSON object that the server gave, with its status; raises NoContact. */
export async function ask(path: string, asked: Asked): Promise<Reply> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const follow = () => stop.abort();
  if (asked.stop?.aborted) stop.abort();
  asked.stop?.addEventListener("abort", follow);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (asked.token) headers["Authorization"] = `Device ${asked.token}`;
  if (asked.json !== undefined) headers["Content-Type"] = "application/json";
  if (asked.body) headers["Content-Type"] = "application/octet-stream";
  try {
    const answer = await fetch(API + path, {
      method: asked.method,
      headers,
      body: asked.json === undefined ? asked.body : JSON.stringify(asked.json),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal: stop.signal,
    });
    return await understood(answer);
  } catch (error) {
    if (error instanceof NoContact) throw error;
    throw new NoContact(OFFLINE);
  } finally {
    clearTimeout(timer);
    asked.stop?.removeEventListener("abort", follow);
  }
}

async function understood(answer: Response): Promise<Reply> {
  const retryAfter = Number(answer.headers.get("Retry-After")) || 0;
  const json: unknown = await answer.json().catch(() => null);
  if (answer.status === 429 || answer.status >= 500) {
    const said = isObject(json) ? problemOf(json) : null;
    throw new NoContact(said ?? BUSY, retryAfter * 1000, answer.status === 500);
  }
  if (!isObject(json)) throw new NoContact(STRANGE);
  return { status: answer.status, json };
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** The refusal in an answer, or null where there is none. */
export function problemOf(json: Record<string, unknown>): Problem | null {
  const error = json["error"];
  if (!isObject(error) || typeof error["message"] !== "string") return null;
  return { message: error["message"], place: String(error["place"] ?? ""), remedy: String(error["remedy"] ?? "") };
}

/** The answer where it is a good one; else raises Refused as the server said it, or NoContact where it said nothing. */
export function good<T>(reply: Reply): T {
  if (reply.status >= 200 && reply.status < 300) return reply.json as T;
  const problem = problemOf(reply.json);
  if (!problem) throw new NoContact(STRANGE);
  throw new Refused(problem.message, problem.remedy, problem.place, reply.status);
}

export const refusedBy = (problem: Problem, status = 0): Refused =>
  new Refused(problem.message, problem.remedy, problem.place, status);
