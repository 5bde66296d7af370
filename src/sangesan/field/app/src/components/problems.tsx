// What went wrong and what to do, always both.
import type { ComponentChildren } from "preact";

import { Refused } from "../contract";
import type { Problem } from "../types";
import { texts } from "../texts";
import { Icon, type IconName } from "./Icon";

export function problemOf(error: unknown): Problem {
  if (error instanceof Refused) return { message: error.message, place: error.place, remedy: error.remedy };
  const t = texts();
  return { message: t.troubles.unknown, place: "", remedy: t.troubles.unknown_remedy };
}

/** Place and message as one sentence; the place is not said twice where the message begins with it. */
export function problemWords({ place, message }: Problem): string {
  return place && !message.startsWith(place) ? `${place}${texts().colon}${message}` : message;
}

export function ProblemNote({ problem, tone = "bad" }: { problem: Problem | null; tone?: Tone }) {
  return (
    <div role="alert">
      {problem && (
        <Note tone={tone}>
          <strong>{problemWords(problem)}</strong>
          {problem.remedy && <p>{problem.remedy}</p>}
        </Note>
      )}
    </div>
  );
}

type Tone = "plain" | "bad" | "good" | "care";
const ICON_OF: Record<Tone, IconName> = {
  plain: "infoCircle",
  bad: "alertTriangle",
  good: "circleCheck",
  care: "infoCircle",
};

export function Note({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) {
  return (
    <div class={tone === "plain" ? "note" : `note note-${tone}`}>
      <Icon name={ICON_OF[tone]} />
      <div>{children}</div>
    </div>
  );
}
