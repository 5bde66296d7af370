// A place's checklist: each point with the record beside it, what was said and seen, photos; ended with a summary.
import { useState } from "preact/hooks";

import { OneOf, TextField, Tick, WordsField } from "../components/fields";
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { PhotoStrip } from "../components/PhotoStrip";
import { ProblemNote } from "../components/problems";
import { SaveFoot } from "../components/SaveFoot";
import { VoiceNote } from "../components/VoiceNote";
import { go, to } from "../router";
import { type Draft, useStore } from "../store";
import type { InspectionBundle, InspectionPart, Problem, Question, Target, Titles } from "../types";
import { type Texts, useTexts } from "../texts";
import { Beginning } from "./Beginning";
import { useDraft, type Writing } from "./draft";
import { NoPlace } from "./Inspections";
import { savedWords } from "./Quick";

export const WRONG = ["different", "missing"];
const EMPTY: InspectionPart = { answers: {}, words: {}, said: {}, ended: false, summary: "" };

export function Checklist({ id }: { id: number }) {
  const store = useStore();
  const inspection = store.inspection();
  const target = inspection?.targets.find((one) => one.id === id);
  const writing = useDraft(id, "inspection", (draft) => draft);
  if (!inspection || !target) return <NoPlace />;
  return <Form inspection={inspection} target={target} writing={writing} />;
}

/** Why the form cannot be saved yet: the field, and what is said beside it. */
function faultOf(draft: Draft, questions: Question[], today: string, t: Texts): (Problem & { id: string }) | null {
  const { answers, words, said, ended, summary } = draft.inspection ?? EMPTY;
  if (!draft.on || draft.on > today)
    return { id: "on", message: t.entry.future, remedy: t.entry.future_remedy, place: t.inspect.on };
  if (!Object.keys(answers).length)
    return { id: "points", message: t.inspect.needs_answer, remedy: t.inspect.needs_answer_remedy, place: "" };
  const bare = questions.find(
    ({ code }) => WRONG.includes(answers[code] ?? "") && !(words[code]?.trim() || said[code]?.trim()),
  );
  if (bare)
    return {
      id: `seen-${bare.code}`,
      message: t.inspect.needs_words(bare.title),
      remedy: t.inspect.needs_words_remedy,
      place: "",
    };
  if (ended && summary.trim().length < 4)
    return { id: "summary", message: t.inspect.needs_summary, remedy: t.inspect.needs_summary_remedy, place: "" };
  return null;
}

function Form({ inspection, target, writing }: { inspection: InspectionBundle; target: Target; writing: Writing }) {
  const t = useTexts();
  const { today, online } = useStore().snapshot();
  const [tried, setTried] = useState(false);
  const { draft } = writing;
  const list = inspection.checklists[target.kind];
  if (!draft || !list)
    return (
      <Frame title={t.loading} back={to.target(target.id)}>
        <ProblemNote problem={writing.problem} />
      </Frame>
    );
  const part = draft.inspection ?? EMPTY;
  const fault = faultOf(draft, list.questions, today, t);
  const change = (fields: Partial<InspectionPart>) =>
    writing.change((before) => ({ ...before, inspection: { ...(before.inspection ?? EMPTY), ...fields } }));
  const save = async () => {
    setTried(true);
    if (fault) {
      document.getElementById(fault.id)?.focus();
      return;
    }
    if (await writing.submit()) {
      say(savedWords(online));
      go(part.ended ? to.today : to.target(target.id), true);
    }
  };
  const shown = tried ? fault : null;
  return (
    <Frame
      title={list.title}
      small={`${target.title} · ${t.inspect.answered(Object.keys(part.answers).length, list.questions.length)}`}
      back={to.target(target.id)}
      foot={<SaveFoot problem={shown ?? writing.problem} saving={writing.saving} onSave={() => void save()} />}
    >
      <Beginning writing={writing} />
      <div id="points" tabIndex={-1} />
      {list.questions.map((question) => (
        <Point
          key={question.code}
          question={question}
          target={target}
          part={part}
          answers={inspection.answers}
          wrong={shown?.id === `seen-${question.code}` ? shown.message : ""}
          onChange={change}
        />
      ))}
      <section class="sheet sheet-body">
        <h2>{t.inspect.photos}</h2>
        <PhotoStrip
          label={t.inspect.photos}
          photos={draft.photos}
          onChange={(how) => writing.change((before) => ({ ...before, photos: how(before.photos) }))}
        />
        <VoiceNote
          voice={draft.voice}
          onChange={(how) => writing.change((before) => ({ ...before, voice: how(before.voice) }))}
        />
        <TextField
          id="on"
          label={t.inspect.on}
          type="date"
          max={today}
          must
          wrong={shown?.id === "on" ? shown.message : ""}
          value={draft.on}
          onValue={(on) => writing.change((before) => ({ ...before, on }))}
        />
        <Tick label={t.inspect.end} on={part.ended} onTurn={(ended) => change({ ended })} />
        {part.ended && (
          <WordsField
            id="summary"
            label={t.inspect.summary}
            hint={t.inspect.summary_hint}
            must
            wrong={shown?.id === "summary" ? shown.message : ""}
            maxLength={1000}
            value={part.summary}
            onValue={(summary) => change({ summary })}
          />
        )}
      </section>
    </Frame>
  );
}

function Point({
  question,
  target,
  part,
  answers,
  wrong,
  onChange,
}: {
  question: Question;
  target: Target;
  part: InspectionPart;
  answers: Titles;
  wrong: string;
  onChange: (fields: Partial<InspectionPart>) => void;
}) {
  const t = useTexts();
  const { code } = question;
  const answer = part.answers[code] ?? "";
  const bad = WRONG.includes(answer);
  return (
    <section class="sheet sheet-body" aria-labelledby={`point-${code}`}>
      <h2 id={`point-${code}`}>{question.title}</h2>
      <p>
        {question.asked && (
          <>
            {!question.asked.startsWith(t.inspect.ask) && <strong>{t.inspect.ask} </strong>}
            {question.asked}
            <br />
          </>
        )}
        <span class="quiet">
          {!question.look.startsWith(t.inspect.look) && <strong>{t.inspect.look} </strong>}
          {question.look}
        </span>
      </p>
      <div class="sums">
        <span class="quiet fine">{t.inspect.record}</span>
        <span>{target.record[question.record || code] || t.inspect.record_none}</span>
      </div>
      {question.asked && (
        <WordsField
          id={`said-${code}`}
          label={t.inspect.said}
          rows={2}
          maxLength={1000}
          value={part.said[code] ?? ""}
          onValue={(text) => onChange({ said: { ...part.said, [code]: text } })}
        />
      )}
      <OneOf
        id={`answer-${code}`}
        label={t.inspect.answer}
        hideLabel
        value={answer}
        onValue={(chosen) => onChange({ answers: { ...part.answers, [code]: chosen } })}
        choices={Object.entries(answers).map(([value, title]) => ({
          value,
          title,
          ...(value === "true" ? { tone: "good" as const } : WRONG.includes(value) ? { tone: "bad" as const } : {}),
        }))}
      />
      {(bad || (part.words[code] ?? "") !== "") && (
        <WordsField
          id={`seen-${code}`}
          label={t.inspect.seen}
          must={bad && !question.asked}
          wrong={wrong}
          rows={2}
          maxLength={1000}
          value={part.words[code] ?? ""}
          onValue={(text) => onChange({ words: { ...part.words, [code]: text } })}
        />
      )}
      {bad &&
        (target.recorded.includes(question.title) ? (
          <span class="tag tag-green">{t.inspect.recorded}</span>
        ) : (
          <a class="button" href={to.finding(target.id, code)}>
            <Icon name="alertTriangle" />
            {t.inspect.finding_of}
          </a>
        ))}
    </section>
  );
}
