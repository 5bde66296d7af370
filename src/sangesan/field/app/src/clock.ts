/** Time on a phone: its own clock may be wrong or be set back; the server's, as last heard, puts it right. */

import type { Contact } from "./database";
import type { Day, Moment } from "./types";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Clocks drift and phones set themselves by a minute or two; more backwards than this is no drift. */
const PATIENCE = 10 * MINUTE;

const pad = (number: number): string => String(number).padStart(2, "0");

export function localDay(ms: number): Day {
  const at = new Date(ms);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** Days from one to another, both "YYYY-MM-DD". */
const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY);

/** Now by the server's clock, as far as is known (milliseconds). */
export const correctedNow = (contact: Contact | null): number => corrected(contact, Date.now());

/** A moment of the phone's clock, put right. */
export const corrected = (contact: Contact | null, ms: number): number =>
  contact ? ms + contact.server - contact.device : ms;

export const moment = (ms: number): Moment => new Date(ms).toISOString();

/** The day of work: the phone's local day, corrected. */
export function today(contact: Contact | null): Day {
  return localDay(correctedNow(contact) + (contact?.shift ?? 0) * DAY);
}

/** How far the county's day is from the phone's: 0, but for a demonstration whose day stands still. */
export const shiftOf = (countyDay: Day, server: number): number => daysBetween(localDay(server), countyDay);

/** When the phone locks without another contact (milliseconds of its own clock). */
export const locksAt = (contact: Contact): number => contact.device + contact.lockDays * DAY;

/** Why it is locked for want of contact; empty where it is not. */
export function expired(contact: Contact | null, now = Date.now()): string {
  if (!contact) return "";
  if (now < contact.device - PATIENCE || now < contact.seen - PATIENCE) {
    return "手机的时间被调到了上次联系以前。请把时间改为自动设置；有信号时登录后可继续使用，没送出的登记都还在";
  }
  if (now > locksAt(contact)) {
    return `已超过 ${contact.lockDays} 天没有联系上系统，应用已锁住。有信号时登录后可继续使用，没送出的登记都还在`;
  }
  return "";
}
