// Where the form is written: found by itself, shown, and left out when the worker wishes.
import { useEffect, useState } from "preact/hooks";

import { useStore } from "../store";
import type { Position } from "../types";
import { useTexts } from "../texts";
import { Icon } from "./Icon";

interface LineProps {
  position: Position | null;
  leftOut: boolean;
  onPosition: (position: Position | null, leftOut: boolean) => void;
  /** Found without being asked for: no reason to keep a form in which nothing was written. */
  onFound: (position: Position | null) => void;
}

export function PositionLine({ position, leftOut, onPosition, onFound }: LineProps) {
  const t = useTexts();
  const store = useStore();
  const [finding, setFinding] = useState(false);
  const find = async (asked: boolean) => {
    setFinding(true);
    const found = await store.position().catch(() => null);
    setFinding(false);
    if (asked) onPosition(found, false);
    else if (found) onFound(found);
  };
  useEffect(() => {
    if (!position && !leftOut) void find(false);
  }, []);
  const words = leftOut
    ? t.media.position_off
    : finding
      ? t.media.position_finding
      : position
        ? t.media.position_with(position[0].toFixed(4), position[1].toFixed(4), Math.round(position[2]))
        : t.media.position_none;
  return (
    <div class="field">
      <div class="switch-line">
        <span role="status">
          <Icon name={position && !leftOut ? "mapPin" : "mapPinOff"} /> {words}
        </span>
      </div>
      <div class="buttons">
        <button type="button" class="button" disabled={finding} onClick={() => void find(true)}>
          {leftOut ? t.media.position_use : t.media.position_take}
        </button>
        {!leftOut && (
          <button type="button" class="button" onClick={() => onPosition(null, true)}>
            {t.media.position_off}
          </button>
        )}
      </div>
      <span class="hint">{t.media.position_words}</span>
    </div>
  );
}
