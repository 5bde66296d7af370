// A finding on the spot: class, unit, words, faults of conduct with what they rest on, photos, a spoken note.
import { useState } from "preact/hooks";

import { SelectField, SomeOf, TextField, Tick, WordsField } from "../components/fields";
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { PhotoStrip } from "../components/PhotoStrip";
import { ProblemNote } from "../components/problems";
import { SaveFoot } from "../components/SaveFoot";
import { VoiceNote } from "../components/VoiceNote";
import { go, to } from "../router";
import { type Draft, useStore } from "../store";
import type { FindingPart, InspectionBundle, Problem, Target } from "../types";
import { type Texts, texts, useTexts } from "../texts";
import { Beginning } from "./Beginning";
import { useDraft, type Writing } from "./draft";
import { NoPlace } from "./Inspections";
import { savedWords } from "./Quick";

const SHORTEST = 4;

export function Finding({ id, question }: { id: number; question: string }) {
  const store = useStore();
  const inspection = store.inspection();
  const target = inspection?.targets.find((one) => one.id === id);
  const checklist = store.drafts().find((draft) => draft.kind === "inspection" && draft.household === id);
  const writing = useDraft(id, "finding", (draft) => prepared(draft, inspection, target, question, checklist));
  if (!inspection || !target) return <NoPlace />;
  return <Form inspection={inspection} target={target} writing={writing} />;
}

/** A new finding from a point of the checklist carries its class and what was said, recorded and seen. */
function prepared(
  draft: Draft,
  inspection: InspectionBundle | null,
  target: Target | undefined,
  code: string,
  checklist: Draft | undefined,
): Draft {
  const point = target && inspection?.checklists[target.kind]?.questions.find((one) => one.code === code);
  if (!point || !draft.finding || draft.finding.words || draft.finding.defect || !target) return draft;
  const t = texts();
  const part = checklist?.inspection ?? target;
  const answer = inspection?.answers[part.answers[code] ?? ""];
  const record = target.record[point.record || code];
  const words = [
    `${point.title}${t.colon}${answer ?? ""}`,
    part.said[code] && `${t.inspect.said}${t.colon}${part.said[code]}`,
    record && `${t.inspect.record}${t.colon}${record}`,
    part.words[code],
  ].filter(Boolean);
  return { ...draft, finding: { ...draft.finding, question: code, defect: point.defect, words: words.join("；") } };
}

function faultOf(draft: Draft, today: string, t: Texts): (Problem & { id: string }) | null {
  const found = draft.finding;
  const fault = (id: string, message: string, remedy: string) => ({ id, message, remedy, place: "" });
  if (!draft.on || draft.on > today) return fault("on", t.entry.future, t.entry.future_remedy);
  if (!found?.defect) return fault("defect", t.inspect.needs_defect, t.inspect.needs_defect_remedy);
  if (found.words.trim().length < SHORTEST && !draft.voice.length)
    return fault("words", t.inspect.needs_finding, t.inspect.needs_finding_remedy);
  if (found.conduct.length && found.conduct_words.trim().length < SHORTEST)
    return fault("conduct-words", t.inspect.needs_reason, t.inspect.needs_reason_remedy);
  return null;
}

function Form({ inspection, target, writing }: { inspection: InspectionBundle; target: Target; writing: Writing }) {
  const t = useTexts();
  const { today, online } = useStore().snapshot();
  const [tried, setTried] = useState(false);
  const { draft } = writing;
  if (!draft?.finding)
    return (
      <Frame title={t.loading} back={to.target(target.id)}>
        <ProblemNote problem={writing.problem} />
      </Frame>
    );
  const found = draft.finding;
  const fault = faultOf(draft, today, t);
  const shown = tried ? fault : null;
  const wrong = (id: string) => (shown?.id === id ? shown.message : "");
  const part = (fields: Partial<FindingPart>) =>
    writing.change((before) => ({ ...before, finding: { ...before.finding!, ...fields } }));
  const save = async () => {
    setTried(true);
    if (fault) {
      document.getElementById(fault.id)?.focus();
      return;
    }
    if (found.words.trim().length < SHORTEST) part({ words: `${found.words.trim()}${t.inspect.see_voice}` });
    if (!found.conduct.length && found.conduct_words) part({ conduct_words: "" });
    if (await writing.submit()) {
      say(savedWords(online));
      go(to.target(target.id), true);
    }
  };
  const units = [...target.units, ...inspection.units.filter((one) => !target.units.some((own) => own.key === one.key))];
  return (
    <Frame
      title={t.inspect.finding}
      small={target.title}
      back={to.target(target.id)}
      foot={<SaveFoot problem={shown ?? writing.problem} saving={writing.saving} onSave={() => void save()} />}
    >
      <Beginning writing={writing} />
      <section class="sheet sheet-body">
        <SelectField
          id="defect"
          label={t.inspect.defect}
          must
          wrong={wrong("defect")}
          value={found.defect}
          empty={t.entry.choose}
          choices={Object.entries(inspection.defects)}
          onValue={(defect) => part({ defect })}
        />
        <SelectField
          id="unit"
          label={t.inspect.unit}
          must
          value={found.unit}
          choices={units.map((one) => [one.key, one.title])}
          onValue={(unit) => part({ unit })}
        />
        <WordsField
          id="words"
          label={t.inspect.words}
          hint={t.inspect.words_hint}
          must
          wrong={wrong("words")}
          rows={5}
          maxLength={1000}
          value={found.words}
          onValue={(words) => part({ words })}
        />
        <VoiceNote
          voice={draft.voice}
          onChange={(how) => writing.change((before) => ({ ...before, voice: how(before.voice) }))}
        />
        <WordsField
          id="requirement"
          label={`${t.inspect.requirement}（${t.optional}）`}
          rows={2}
          maxLength={1000}
          value={found.requirement}
          onValue={(requirement) => part({ requirement })}
        />
        <TextField
          id="on"
          label={t.inspect.found_on}
          type="date"
          max={today}
          must
          wrong={wrong("on")}
          value={draft.on}
          onValue={(on) => writing.change((before) => ({ ...before, on }))}
        />
      </section>
      <section class="sheet sheet-body">
        <h2>{t.inspect.photos}</h2>
        <PhotoStrip
          label={t.inspect.photos}
          photos={draft.photos}
          onChange={(how) => writing.change((before) => ({ ...before, photos: how(before.photos) }))}
        />
      </section>
      <section class="sheet sheet-body">
        <SomeOf
          id="conduct"
          label={t.inspect.conduct}
          values={found.conduct}
          onValues={(conduct) => part({ conduct })}
          choices={inspection.conducts.map((one) => [one.code, one.title])}
        />
        {found.conduct.length > 0 && (
          <>
            {inspection.conducts
              .filter((one) => found.conduct.includes(one.code))
              .map((one) => (
                <p key={one.code} class="quiet fine">
                  {one.title}
                  {t.colon}
                  {one.meaning}
                </p>
              ))}
            <WordsField
              id="conduct-words"
              label={t.inspect.conduct_words}
              must
              wrong={wrong("conduct-words")}
              rows={2}
              maxLength={1000}
              value={found.conduct_words}
              onValue={(conduct_words) => part({ conduct_words })}
            />
          </>
        )}
        <Tick label={t.inspect.fabricated} on={found.fabricated} onTurn={(fabricated) => part({ fabricated })} />
        <Tick label={t.inspect.harm} on={found.harm} onTurn={(harm) => part({ harm })} />
      </section>
    </Frame>
  );
}
