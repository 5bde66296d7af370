// A patrol entry with something in it: what changed, or a clue. One form, so that nothing typed is lost in switching.
import { useState } from "preact/hooks";

import { OneOf, SelectField, TextField, WordsField } from "../components/fields";
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { ProblemNote } from "../components/problems";
import { SaveFoot } from "../components/SaveFoot";
import { go, to } from "../router";
import { type Draft, type HomeView, useStore } from "../store";
import type { Head, PatrolPart, Problem } from "../types";
import { type Texts, useTexts } from "../texts";
import { Beginning } from "./Beginning";
import { Changes } from "./Changes";
import { useDraft, type Writing } from "./draft";
import { Household } from "./Household";
import { EMPTY, PatrolAround } from "./PatrolAround";
import { savedWords } from "./Quick";

const NO_CLUE = { risk: "", words: "", event_on: null };

export function Patrol({ id, result }: { id: number; result: "changed" | "clue" }) {
  const store = useStore();
  const home = store.home(id);
  const head = store.head();
  const writing = useDraft(id, "patrol", (draft) => prepared(draft, home, head, result));
  if (!home || !head) return <Household id={id} />;
  return <PatrolForm home={home} head={head} writing={writing} />;
}

/** A new form ticks every open task; one that is taken up keeps its own result unless it was a bare one. */
function prepared(draft: Draft, home: HomeView | null, head: Head | null, result: "changed" | "clue"): Draft {
  const touched = Boolean(draft.screen?.touched) || draft.replaces !== null;
  const patrol = { ...EMPTY, ...draft.patrol };
  const kept =
    touched && (patrol.result === "changed" || patrol.result === "clue") && !asksClue(result, patrol)
      ? patrol.result
      : result;
  const tasks = touched ? patrol.tasks : (home?.tasks ?? []).map((task) => task.id);
  const round = patrol.round ?? head?.round?.id ?? null;
  return {
    ...draft,
    patrol: { ...patrol, result: kept, tasks, round, clue: kept === "clue" ? (patrol.clue ?? NO_CLUE) : patrol.clue },
  };
}

const asksClue = (result: string, patrol: PatrolPart): boolean => result === "clue" && patrol.result !== "clue";

/** Why the form cannot be saved yet: the field, and what is said beside it. */
function faultOf(draft: Draft, today: string, t: Texts): (Problem & { id: string }) | null {
  const patrol = draft.patrol ?? EMPTY;
  const fault = (id: string, message: string, remedy: string, place = "") => ({ id, message, remedy, place });
  if (!draft.on || draft.on > today) return fault("on", t.entry.future, t.entry.future_remedy, t.entry.on);
  if (patrol.result === "clue") {
    if (!patrol.clue?.risk) return fault("risk", t.entry.needs_risk, t.entry.needs_risk_remedy);
    if (!patrol.clue.words.trim() && !draft.voice.length)
      return fault("clue-words", t.entry.needs_words, t.entry.needs_words_remedy);
    if (patrol.clue.event_on && patrol.clue.event_on > today)
      return fault("event-on", t.entry.future, t.entry.future_remedy, t.entry.event_on);
    return null;
  }
  if (!Object.keys(draft.changes).length && !patrol.words.trim() && !draft.voice.length) {
    return fault("words", t.entry.needs_change, t.entry.needs_change_remedy);
  }
  return null;
}

/** A walk of a day outside the round belongs to the round of that day, which the server finds. */
function inRound(draft: Draft, { round }: Head): Draft {
  const within = round && draft.on >= round.starts_on && draft.on <= round.ends_on;
  return { ...draft, patrol: { ...(draft.patrol ?? EMPTY), round: within ? round.id : null } };
}

/** Where it was only spoken, the entry says so: the register wants a word. */
function spoken(draft: Draft, t: Texts): Draft {
  const patrol = draft.patrol ?? EMPTY;
  if (!draft.voice.length) return { ...draft, patrol: patrol.result === "clue" ? patrol : { ...patrol, clue: null } };
  const words = patrol.words.trim() || Object.keys(draft.changes).length ? patrol.words : t.entry.see_voice;
  const clue = patrol.clue && { ...patrol.clue, words: patrol.clue.words.trim() || t.entry.see_voice };
  return { ...draft, patrol: patrol.result === "clue" ? { ...patrol, clue } : { ...patrol, words, clue: null } };
}

function PatrolForm({ home, head, writing }: { home: HomeView; head: Head; writing: Writing }) {
  const t = useTexts();
  const { today, online } = useStore().snapshot();
  const [tried, setTried] = useState(false);
  const { draft } = writing;
  if (!draft)
    return (
      <Frame title={t.loading} back={to.home(home.id)}>
        <ProblemNote problem={writing.problem} />
      </Frame>
    );
  const patrol = draft.patrol ?? EMPTY;
  const fault = faultOf(draft, today, t);
  const change = (how: (draft: Draft) => Draft) =>
    writing.change((before) => how({ ...before, screen: { ...before.screen, touched: true } }));
  const part = (fields: Partial<PatrolPart>) =>
    change((before) => ({ ...before, patrol: { ...(before.patrol ?? EMPTY), ...fields } }));
  const save = async () => {
    setTried(true);
    if (fault) {
      document.getElementById(fault.id)?.focus();
      return;
    }
    writing.change((before) => inRound(spoken(before, t), head));
    if (await writing.submit()) {
      say(savedWords(online));
      go(to.home(home.id), true);
    }
  };
  const shown = tried ? fault : null;
  const wrong = (id: string) => (shown?.id === id ? shown.message : "");
  const clue = patrol.result === "clue";
  return (
    <Frame
      title={clue ? t.entry.title_clue : t.entry.title_changed}
      small={t.household.household(home.head)}
      back={to.home(home.id)}
      foot={<SaveFoot problem={shown ?? writing.problem} saving={writing.saving} onSave={() => void save()} />}
    >
      <Beginning writing={writing} />
      <section class="sheet sheet-body">
        <OneOf
          id="result"
          label={t.entry.result}
          value={patrol.result}
          onValue={(result) => part({ result: result as "changed" | "clue", clue: patrol.clue ?? NO_CLUE })}
          choices={[
            { value: "changed", title: t.household.changed },
            { value: "clue", title: t.household.clue },
          ]}
        />
        {clue && <ClueFields patrol={patrol} head={head} today={today} wrong={wrong} onPart={part} />}
      </section>
      <section class="sheet" aria-labelledby="changes">
        <div class="sheet-head">
          <h2 id="changes">{clue ? t.entry.what_changed_too : t.entry.what_changed}</h2>
          <span class="quiet">{t.entry.tap}</span>
        </div>
        <Changes home={home} head={head} draft={draft} onChange={change} />
      </section>
      <PatrolAround
        home={home}
        head={head}
        draft={draft}
        today={today}
        wrong={wrong}
        onChange={change}
        onFill={writing.fill}
        onPart={part}
      />
    </Frame>
  );
}

function ClueFields({
  patrol,
  head,
  today,
  wrong,
  onPart,
}: {
  patrol: PatrolPart;
  head: Head;
  today: string;
  wrong: (id: string) => string;
  onPart: (fields: Partial<PatrolPart>) => void;
}) {
  const t = useTexts();
  const clue = patrol.clue ?? NO_CLUE;
  return (
    <>
      <SelectField
        id="risk"
        label={t.entry.risk}
        must
        wrong={wrong("risk")}
        value={clue.risk}
        empty={t.entry.choose}
        choices={Object.entries(head.risks)}
        onValue={(risk) => onPart({ clue: { ...clue, risk } })}
      />
      <WordsField
        id="clue-words"
        label={t.entry.clue_words}
        must
        hint={t.entry.clue_hint}
        wrong={wrong("clue-words")}
        rows={4}
        maxLength={500}
        value={clue.words}
        onValue={(words) => onPart({ clue: { ...clue, words } })}
      />
      <TextField
        id="event-on"
        label={`${t.entry.event_on}（${t.optional}）`}
        hint={t.entry.event_hint}
        type="date"
        max={today}
        wrong={wrong("event-on")}
        value={clue.event_on ?? ""}
        onValue={(on) => onPart({ clue: { ...clue, event_on: on || null } })}
      />
    </>
  );
}
