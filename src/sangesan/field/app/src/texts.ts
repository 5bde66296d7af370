// The language in force: Chinese unless the worker chose English; kept on the phone, it tells nothing about anybody.
import { useEffect, useState } from "preact/hooks";

import { en } from "./texts/en";
import { type Texts, zh } from "./texts/zh";

export type { Texts };
export type Language = "zh" | "en";
export type TextSize = "normal" | "large" | "largest";

const LANGUAGE = "language";
const SIZE = "text-size";
const listeners = new Set<() => void>();

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser that keeps nothing: Chinese, normal size
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The choice then holds until the app is closed.
  }
}

let current: Language = kept(LANGUAGE) === "en" ? "en" : "zh";

export const language = (): Language => current;
export const texts = (): Texts => (current === "en" ? en : zh);

export function chooseLanguage(chosen: Language): void {
  current = chosen;
  keep(LANGUAGE, chosen);
  document.documentElement.lang = chosen === "en" ? "en" : "zh-CN";
  listeners.forEach((listener) => listener());
}

export const textSize = (): TextSize => {
  const size = kept(SIZE);
  return size === "large" || size === "largest" ? size : "normal";
};

export function chooseTextSize(size: TextSize): void {
  keep(SIZE, size);
  document.documentElement.dataset.text = size;
  listeners.forEach((listener) => listener());
}

/** Puts language and size on the page; once at the start. */
export function dressPage(): void {
  document.documentElement.lang = current === "en" ? "en" : "zh-CN";
  document.documentElement.dataset.text = textSize();
}

/** The texts, and a redraw of the calling component when the language or the size is changed. */
export function useTexts(): Texts {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((count) => count + 1);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return texts();
}
