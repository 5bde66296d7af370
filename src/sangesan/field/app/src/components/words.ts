// Days, hours, amounts and values as people read and write them.
import type { Titles, Value } from "../types";
import { now } from "../store";
import { language, texts } from "../texts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** "9月13日", in another year with it. */
export function dayWords(day: string, today = ""): string {
  const [year, month, number] = day.slice(0, 10).split("-").map(Number);
  if (!year || !month || !number) return day;
  if (language() === "en") return day.slice(0, 10);
  return `${today && today.slice(0, 4) !== String(year) ? `${year}年` : ""}${month}月${number}日`;
}

/** A moment by the phone's zone: "9月13日 18:00", today only the hour. */
export function momentWords(moment: string | number): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return String(moment);
  const hour = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  if (at.toDateString() === new Date(now()).toDateString()) return hour;
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${dayWords(day, String(new Date(now()).getFullYear()))} ${hour}`;
}

const pad = (number: number): string => String(number).padStart(2, "0");

/** Whole days from one day to another; negative where the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

export function daysUntil(moment: number): number {
  return Math.max(0, Math.round((moment - now()) / DAY));
}

export function lengthWords(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${pad(Math.floor(seconds % 60))}`;
}

export function bytesWords(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

export type Amount = { fen: number | null; wrong: "" | "not_money" | "below_fen" | "negative" };

/** Fen from yuan as people write them: "1,234.56", "3 000元", "1.2万". Empty is no amount and not wrong. */
export function fenOf(text: string): Amount {
  const plain = text.normalize("NFKC").replace(/[\s,'￥¥]/g, "");
  if (!plain) return { fen: null, wrong: "" };
  const form = /^(-?)(\d*)(?:\.(\d+))?(万元|万|元|圆)?整?$/.exec(plain);
  if (!form || (!form[2] && !form[3])) return { fen: null, wrong: "not_money" };
  if (form[1]) return { fen: null, wrong: "negative" };
  const places = form[4]?.startsWith("万") ? 6 : 2;
  const fraction = (form[3] ?? "").replace(/0+$/, "");
  if (fraction.length > places) return { fen: null, wrong: "below_fen" };
  const fen = Number(`${form[2]}${fraction.padEnd(places, "0")}`);
  return Number.isSafeInteger(fen) ? { fen, wrong: "" } : { fen: null, wrong: "not_money" };
}

/** Yuan as one types it: no separators, no needless decimals. */
export function plainYuan(fen: number | null): string {
  if (fen === null) return "";
  const rest = fen % 100;
  return `${Math.floor(fen / 100)}${rest ? `.${pad(rest)}` : ""}`;
}

export function yuanWords(fen: number): string {
  return (fen / 100).toLocaleString("zh-CN", { maximumFractionDigits: 2 });
}

/** A value of the register with the words in which people read it. */
export function valueWords(field: { choices?: Titles; unit?: string } | undefined, value: Value | undefined): string {
  const t = texts();
  if (value === null || value === undefined || value === "") return t.household.not_known;
  if (typeof value === "boolean") return value ? t.yes : t.no;
  const title = field?.choices?.[String(value)];
  return title ?? `${value}${field?.unit ? ` ${field.unit}` : ""}`;
}
