// Where two people wrote different things: both in sight, who and when; a person chooses, and that needs the network.
import { useState } from "preact/hooks";

import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { Note, ProblemNote, problemOf } from "../components/problems";
import { momentWords } from "../components/words";
import { useStore } from "../store";
import type { Conflict, Problem } from "../types";
import { useTexts } from "../texts";

export function Conflicts() {
  const t = useTexts();
  const store = useStore();
  const { online, sync } = store.snapshot();
  const conflicts = store.conflicts();
  const open = conflicts.filter((conflict) => conflict.open);
  const settled = conflicts.filter((conflict) => conflict.settled);
  return (
    <Frame title={t.conflicts.title} here="conflicts">
      {open.length === 0 ? (
        <div class="sheet empty">
          <Icon name="circleCheck" />
          <h2>{t.conflicts.none}</h2>
          <p>{t.conflicts.none_words}</p>
        </div>
      ) : (
        <Note>
          <p>{t.conflicts.words}</p>
        </Note>
      )}
      {open.length > 0 && !online && (
        <Note tone="care">
          <strong>{t.conflicts.online}</strong>
        </Note>
      )}
      {open.map((conflict) => (
        <Open key={conflict.id} conflict={conflict} online={online} />
      ))}
      <button type="button" class="button" disabled={sync.running} onClick={() => void store.sync()}>
        <Icon name="refresh" />
        {sync.running ? t.queue.syncing : t.conflicts.refresh}
      </button>
      {settled.length > 0 && (
        <section class="sheet" aria-labelledby="settled">
          <div class="sheet-head">
            <h2 id="settled">{t.conflicts.settled_title}</h2>
          </div>
          <ul class="rows">
            {settled.map((conflict) => (
              <li key={conflict.id} class="plain-row">
                <strong>{nameOf(conflict, store.home(conflict.household)?.head)}</strong>
                <p>
                  {conflict.title}
                  {t.colon}
                  {conflict.settled?.choice === "mine" ? conflict.mine.title : conflict.theirs.title}
                </p>
                <span class="row-why">
                  {conflict.settled && t.conflicts.settled(conflict.settled.by, momentWords(conflict.settled.at))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Frame>
  );
}

/** Whose value it is: the head's household, and the member where it is a member's. */
const nameOf = (conflict: Conflict, head: string | undefined): string =>
  [head, conflict.who].filter((name, index, all) => name && all.indexOf(name) === index).join(" · ");

function Open({ conflict, online }: { conflict: Conflict; online: boolean }) {
  const t = useTexts();
  const store = useStore();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const choose = async (choice: "mine" | "theirs") => {
    setBusy(true);
    setProblem(null);
    try {
      await store.settle(conflict, choice);
      say(t.conflicts.chosen);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  const sides = [
    {
      choice: "theirs" as const,
      title: t.conflicts.theirs,
      value: conflict.theirs.title,
      by: conflict.theirs_by,
      at: conflict.theirs_at,
      act: t.conflicts.choose_theirs,
    },
    {
      choice: "mine" as const,
      title: t.conflicts.mine,
      value: conflict.mine.title,
      by: conflict.mine_by,
      at: "",
      act: t.conflicts.choose_mine,
    },
  ];
  return (
    <section class="sheet" aria-labelledby={`conflict-${conflict.id}`}>
      <div class="sheet-head">
        <h2 id={`conflict-${conflict.id}`}>
          {nameOf(conflict, store.home(conflict.household)?.head)}
          {t.colon}
          {conflict.title}
        </h2>
        {conflict.base.title && (
          <span class="quiet">
            {t.conflicts.base}
            {t.colon}
            {conflict.base.title}
          </span>
        )}
      </div>
      <div class="sheet-body">
        <div class="side">
          {sides.map((side) => (
            <div key={side.choice}>
              <span class="quiet">{side.title}</span>
              <strong>{side.value || t.household.not_known}</strong>
              <span class="fine quiet">{[side.by, side.at && momentWords(side.at)].filter(Boolean).join(t.comma)}</span>
              <button
                type="button"
                class="button button-wide"
                disabled={busy || !online}
                onClick={() => void choose(side.choice)}
                aria-label={`${side.act}${t.colon}${conflict.title} ${side.value}`}
              >
                {side.act}
              </button>
            </div>
          ))}
        </div>
        <ProblemNote problem={problem} />
      </div>
    </section>
  );
}
