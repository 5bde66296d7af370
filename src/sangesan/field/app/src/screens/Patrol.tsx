// A patrol entry with something in it: what changed, or a clue. One form, so that nothing typed is lost in switching.
import { useState } from "preact/hooks";

import { OneOf, SelectField, SomeOf, TextField, Tick, WordsField } from "../components/fields";
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { PhotoStrip } from "../components/PhotoStrip";
import { PositionLine } from "../components/PositionLine";
import { Note, ProblemNote } from "../components/problems";
import { VoiceNote } from "../components/VoiceNote";
import { momentWords } from "../components/words";
import { go, to } from "../router";
import { type Draft, type HomeView, useStore } from "../store";
import type { Head, PatrolPart, Problem } from "../types";
import { type Texts, useTexts } from "../texts";
import { Changes } from "./Changes";
import { useDraft, type Writing } from "./draft";
import { Household } from "./Household";
import { savedWords } from "./Quick";

const EMPTY: PatrolPart = { result: "changed", purposes: [], words: "", tasks: [], round: null, clue: null };
/** Not to be answered in passing: they ask for the whole check; the patrol itself is understood. */
const WHOLE_CHECK = ["patrol", "clue", "identification", "elimination"];
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
  const kept = touched && (patrol.result === "changed" || patrol.result === "clue") && !asksClue(result, patrol) ? patrol.result : result;
  const tasks = touched ? patrol.tasks : (home?.tasks ?? []).map((task) => task.id);
  const round = patrol.round ?? head?.round?.id ?? null;
  return { ...draft, patrol: { ...patrol, result: kept, tasks, round, clue: kept === "clue" ? (patrol.clue ?? NO_CLUE) : patrol.clue } };
}

const asksClue = (result: string, patrol: PatrolPart): boolean => result === "clue" && patrol.result !== "clue";

/** Why the form cannot be saved yet: the field, and what is said beside it. */
function faultOf(draft: Draft, today: string, t: Texts): (Problem & { id: string }) | null {
  const patrol = draft.patrol ?? EMPTY;
  const fault = (id: string, message: string, remedy: string, place = "") => ({ id, message, remedy, place });
  if (!draft.on || draft.on > today) return fault("on", t.entry.future, t.entry.future_remedy, t.entry.on);
  if (patrol.result === "clue") {
    if (!patrol.clue?.risk) return fault("risk", t.entry.needs_risk, t.entry.needs_risk_remedy);
    if (!patrol.clue.words.trim() && !draft.voice.length) return fault("clue-words", t.entry.needs_words, t.entry.needs_words_remedy);
    if (patrol.clue.event_on && patrol.clue.event_on > today) return fault("event-on", t.entry.future, t.entry.future_remedy, t.entry.event_on);
    return null;
  }
  if (!Object.keys(draft.changes).length && !patrol.words.trim() && !draft.voice.length) {
    return fault("words", t.entry.needs_change, t.entry.needs_change_remedy);
  }
  return null;
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
  if (!draft) return <Frame title={t.loading} back={to.home(home.id)}><ProblemNote problem={writing.problem} /></Frame>;
  const patrol = draft.patrol ?? EMPTY;
  const fault = faultOf(draft, today, t);
  const change = (how: (draft: Draft) => Draft) => writing.change((before) => how({ ...before, screen: { ...before.screen, touched: true } }));
  const part = (fields: Partial<PatrolPart>) => change((before) => ({ ...before, patrol: { ...(before.patrol ?? EMPTY), ...fields } }));
  const save = async () => {
    setTried(true);
    if (fault) {
      document.getElementById(fault.id)?.focus();
      return;
    }
    writing.change((before) => spoken(before, t));
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
      title={clue ? t.entry.title_clue : t.entry.title_changed} small={t.household.household(home.head)} back={to.home(home.id)}
      foot={
        <>
          <ProblemNote problem={shown ?? writing.problem} />
          <button type="button" class="button button-main big" disabled={writing.saving} onClick={() => void save()}>
            <Icon name="check" />
            {writing.saving ? t.entry.saving : t.entry.save}
          </button>
        </>
      }
    >
      <Beginning writing={writing} />
      <section class="sheet sheet-body">
        <OneOf
          id="result" label={t.entry.result} value={patrol.result} onValue={(result) => part({ result: result as "changed" | "clue", clue: patrol.clue ?? NO_CLUE })}
          choices={[{ value: "changed", title: t.household.changed }, { value: "clue", title: t.household.clue }]}
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
      <Around home={home} head={head} draft={draft} today={today} wrong={wrong} onChange={change} onPart={part} />
    </Frame>
  );
}

/** What stands above a form: what it mends, or that it was taken up again and how to begin anew. */
export function Beginning({ writing }: { writing: Writing }) {
  const t = useTexts();
  const store = useStore();
  const [sure, setSure] = useState(false);
  const replaces = writing.draft?.replaces;
  const refused = replaces ? store.queue().find((item) => item.id === replaces) : undefined;
  if (replaces) {
    return (
      <Note tone="care">
        <strong>{t.entry.mends}</strong>
        {refused?.why && <p>{[refused.why.place, refused.why.message].filter(Boolean).join(t.colon)}</p>}
        {refused?.why?.remedy && <p>{refused.why.remedy}</p>}
      </Note>
    );
  }
  if (!writing.restored) return null;
  return (
    <Note tone="good">
      <p>{t.entry.draft_back}</p>
      <button
        type="button" class="button"
        onClick={() => {
          if (sure) void writing.drop();
          setSure(!sure);
        }}
      >
        {sure ? t.entry.draft_drop_sure : t.entry.draft_drop}
      </button>
    </Note>
  );
}

function ClueFields({ patrol, head, today, wrong, onPart }: {
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
      <SelectField id="risk" label={t.entry.risk} must wrong={wrong("risk")} value={clue.risk} empty={t.entry.choose} choices={Object.entries(head.risks)} onValue={(risk) => onPart({ clue: { ...clue, risk } })} />
      <WordsField id="clue-words" label={t.entry.clue_words} must hint={t.entry.clue_hint} wrong={wrong("clue-words")} rows={4} maxLength={500} value={clue.words} onValue={(words) => onPart({ clue: { ...clue, words } })} />
      <TextField id="event-on" label={`${t.entry.event_on}（${t.optional}）`} hint={t.entry.event_hint} type="date" max={today} wrong={wrong("event-on")} value={clue.event_on ?? ""} onValue={(on) => onPart({ clue: { ...clue, event_on: on || null } })} />
    </>
  );
}

function Around({ home, head, draft, today, wrong, onChange, onPart }: {
  home: HomeView;
  head: Head;
  draft: Draft;
  today: string;
  wrong: (id: string) => string;
  onChange: (how: (draft: Draft) => Draft) => void;
  onPart: (fields: Partial<PatrolPart>) => void;
}) {
  const t = useTexts();
  const patrol = draft.patrol ?? EMPTY;
  const purposes = Object.entries(head.purposes).filter(([code]) => !WHOLE_CHECK.includes(code));
  return (
    <>
      <section class="sheet sheet-body">
        <WordsField id="words" label={`${t.entry.words}（${t.optional}）`} hint={t.entry.words_hint} wrong={wrong("words")} maxLength={500} value={patrol.words} onValue={(words) => onPart({ words })} />
        <h2>{t.entry.voice}</h2>
        <VoiceNote voice={draft.voice} onChange={(how) => onChange((before) => ({ ...before, voice: how(before.voice) }))} />
      </section>
      <section class="sheet sheet-body">
        <h2>{t.entry.photos}</h2>
        <PhotoStrip label={t.entry.photos} photos={draft.photos} onChange={(how) => onChange((before) => ({ ...before, photos: how(before.photos) }))} />
      </section>
      <section class="sheet sheet-body">
        {purposes.length > 0 && (
          <SomeOf id="purposes" label={t.entry.purposes} hint={t.entry.purposes_hint} values={patrol.purposes} onValues={(purposes) => onPart({ purposes })} choices={purposes} />
        )}
        {home.tasks.length > 0 && (
          <fieldset>
            <legend class="legend">{t.entry.tasks}</legend>
            <span class="hint">{t.entry.tasks_hint}</span>
            {home.tasks.map((task) => (
              <Tick
                key={task.id} label={`${task.title}（${t.home.before(momentWords(task.due_at))}）`} on={patrol.tasks.includes(task.id)}
                onTurn={(on) => onPart({ tasks: on ? [...patrol.tasks, task.id] : patrol.tasks.filter((id) => id !== task.id) })}
              />
            ))}
          </fieldset>
        )}
        <TextField id="on" label={t.entry.on} must type="date" max={today} wrong={wrong("on")} value={draft.on} onValue={(on) => onChange((before) => ({ ...before, on }))} />
        <h2>{t.entry.position}</h2>
        <PositionLine
          position={draft.position} leftOut={Boolean(draft.screen?.no_position)}
          onPosition={(position, leftOut) => onChange((before) => ({ ...before, position, screen: { ...before.screen, no_position: leftOut } }))}
        />
      </section>
      <p class="quiet fine">
        <Icon name="deviceMobile" small /> {t.entry.draft_kept}
      </p>
    </>
  );
}
