// The PIN's keypad: big keys for gloves, the keyboard's digits too; what is typed is never shown, only how many.
import { useEffect, useRef } from "preact/hooks";

import { useTexts } from "../texts";
import { Icon } from "./Icon";

const MOST = 12;

interface KeypadProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  onDone: () => void;
  done: string;
  least: number;
  disabled?: boolean;
}

export function Keypad({ label, value, onValue, onDone, done, least, disabled }: KeypadProps) {
  const t = useTexts();
  const add = (digit: string) => value.length < MOST && onValue(value + digit);
  const latest = useRef<(event: KeyboardEvent) => void>(() => {});
  latest.current = (event) => {
    const target = event.target as HTMLElement;
    if (disabled || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) return;
    if (/^[0-9]$/.test(event.key)) add(event.key);
    else if (event.key === "Backspace") onValue(value.slice(0, -1));
    else if (event.key === "Enter" && !target.closest("button, a") && value) onDone();
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    const listener = (event: KeyboardEvent) => latest.current(event);
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
  return (
    <div role="group" aria-label={label} class="sheet-body" style={{ padding: 0 }}>
      <div class="pin-dots" aria-hidden="true">
        {Array.from({ length: Math.max(least, value.length) }, (_, index) => (
          <i key={index} class={index < value.length ? "full" : undefined} />
        ))}
      </div>
      <span class="unseen" role="status">
        {t.gate.pin_typed(value.length)}
      </span>
      <div class="keypad">
        {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
          <button key={digit} type="button" disabled={disabled} onClick={() => add(digit)}>
            {digit}
          </button>
        ))}
        <button
          type="button"
          class="small"
          aria-label={t.gate.delete}
          disabled={disabled}
          onClick={() => onValue(value.slice(0, -1))}
        >
          <Icon name="backspace" />
        </button>
        <button type="button" disabled={disabled} onClick={() => add("0")}>
          0
        </button>
        <button type="button" class="small button-main" disabled={disabled || !value} onClick={onDone}>
          {done}
        </button>
      </div>
    </div>
  );
}
