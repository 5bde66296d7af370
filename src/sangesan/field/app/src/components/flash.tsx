// One short sentence after an act, said aloud too; it stays long enough to be read.
import { useEffect, useState } from "preact/hooks";

import { useTexts } from "../texts";
import { Icon } from "./Icon";

const SHOWN = 7000; // ms
let current = "";
let timer = 0;
const listeners = new Set<(words: string) => void>();

export function say(words: string): void {
  current = words;
  clearTimeout(timer);
  if (words) timer = window.setTimeout(() => say(""), SHOWN);
  listeners.forEach((listener) => listener(words));
}

export function Flash() {
  const t = useTexts();
  const [words, setWords] = useState(current);
  useEffect(() => {
    listeners.add(setWords);
    return () => {
      listeners.delete(setWords);
    };
  }, []);
  return (
    <div role="status" aria-live="polite">
      {words && (
        <div class="note note-good toast">
          <Icon name="circleCheck" />
          <div>
            <strong>{words}</strong>
          </div>
          <button type="button" class="button button-quiet" aria-label={t.close} onClick={() => say("")}>
            <Icon name="x" />
          </button>
        </div>
      )}
    </div>
  );
}
