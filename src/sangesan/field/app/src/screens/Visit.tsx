// The whole in-home check on the phone: the web form's questions, one column, prefilled; what is wrong is said beside the field.
import { useState } from "preact/hooks";

import { SelectField, SomeOf, TextField } from "../components/fields";
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { ProblemNote } from "../components/problems";
import { go, to } from "../router";
import { type Draft, type HomeView, useStore } from "../store";
import type { Head } from "../types";
import { type Texts, useTexts } from "../texts";
import { useDraft, type Writing } from "./draft";
import { Household } from "./Household";
import { Beginning } from "./Beginning";
import { savedWords } from "./Quick";
import { VisitMembers } from "./VisitMembers";
import { VisitMoney } from "./VisitMoney";
import { VisitResult } from "./VisitResult";
import { VisitSigning } from "./VisitSigning";
import { VisitTests } from "./VisitTests";
import { doubtsOf, type Fault, faultsOf } from "./visit_rules";
import { CHECKERS, type Typed, typedIn, visitOf } from "./visit_typed";

/** What each part of the form gets: what is typed, how to change it, and what is wrong with a field. */
export interface PartProps {
  typed: Typed;
  home: HomeView;
  head: Head;
  set: (fields: Partial<Typed>) => void;
  wrong: (id: string) => string;
}

export function Visit({ id, clue }: { id: number; clue: number | null }) {
  const store = useStore();
  const home = store.home(id);
  const head = store.head();
  const worker = store.snapshot().worker?.name ?? "";
  const writing = useDraft(id, "visit", (draft) => (home && head ? prepared(draft, home, head, worker, clue) : draft));
  if (!home || !head) return <Household id={id} />;
  return <VisitForm home={home} head={head} writing={writing} />;
}

/** The typed form put into the draft; opened from a clue, it is about that clue unless it is about another already. */
function prepared(draft: Draft, home: HomeView, head: Head, worker: string, clueId: number | null): Draft {
  const typed = typedIn(draft, home, head, worker);
  if (!typed) return draft;
  const clue = home.clues.find((one) => one.id === (typed.clue ?? clueId));
  const about = clue && !draft.replaces ? { clue: clue.id, clue_version: clue.version } : {};
  const purposes = clue && !typed.purposes.length ? ["clue"] : typed.purposes;
  return { ...draft, screen: { ...draft.screen, typed: { ...typed, ...about, purposes } } };
}

function VisitForm({ home, head, writing }: { home: HomeView; head: Head; writing: Writing }) {
  const t = useTexts();
  const { today, online } = useStore().snapshot();
  const [tried, setTried] = useState(false);
  const { draft } = writing;
  const typed = draft?.screen?.typed as Typed | undefined;
  if (!draft || !typed)
    return (
      <Frame title={t.loading} back={to.home(home.id)}>
        <ProblemNote problem={writing.problem} />
      </Frame>
    );
  const clue = home.clues.find((one) => one.id === typed.clue) ?? null;
  const around = {
    on: draft.on,
    today,
    clue,
    photos: draft.photos.filter((photo) => !typed.scans.includes(photo.sha256)).length,
    head,
    t,
  };
  const faults = faultsOf(typed, around);
  const doubts = doubtsOf(typed, head.visit.income_items, around);
  const shown = faults.filter((fault) => tried || fault.atOnce);
  const wrong = (id: string) => shown.find((fault) => fault.id === id)?.words ?? "";
  const set = (fields: Partial<Typed>) =>
    writing.change((before) => {
      const next = { ...(before.screen?.typed as Typed), ...fields };
      return { ...before, visit: visitOf(next, head.visit.income_items), screen: { ...before.screen, typed: next } };
    });
  const save = async () => {
    setTried(true);
    if (faults.length) return show(faults[0]!);
    set({}); // what is sent is what stands in the fields, also where nothing was changed
    if (await writing.submit()) {
      say(savedWords(online));
      go(to.home(home.id), true);
    }
  };
  const part = { typed, home, head, set, wrong };
  return (
    <Frame
      title={t.visit.title}
      small={t.household.household(home.head)}
      back={to.home(home.id)}
      foot={<Foot faults={tried ? faults : []} writing={writing} onSave={() => void save()} t={t} />}
    >
      <Beginning writing={writing} />
      <Who {...part} on={draft.on} today={today} onDay={(on) => writing.change((before) => ({ ...before, on }))} />
      <VisitMembers {...part} />
      <VisitTests {...part} />
      <VisitMoney {...part} />
      <VisitResult {...part} doubts={doubts} />
      <VisitSigning {...part} draft={draft} onDraft={writing.change} onFill={writing.fill} />
    </Frame>
  );
}

/** Brings the field into sight, opening the fold it lies in, and puts the cursor there. */
function show(fault: Fault): void {
  const found = document.getElementById(fault.id);
  const fold = found?.closest("details");
  if (fold) fold.open = true;
  found?.focus();
  found?.scrollIntoView({ block: "center" });
}

function Foot({ faults, writing, onSave, t }: { faults: Fault[]; writing: Writing; onSave: () => void; t: Texts }) {
  return (
    <>
      <ProblemNote problem={writing.problem} />
      <div role="alert">
        {faults.length > 0 && (
          <button type="button" class="button button-danger button-wide" onClick={() => show(faults[0]!)}>
            <span>
              {t.visit.to_mend(faults.length)}
              {t.colon}
              {faults[0]!.words}
            </span>
          </button>
        )}
      </div>
      <button type="button" class="button button-main big" disabled={writing.saving} onClick={onSave}>
        <Icon name="check" />
        {writing.saving ? t.entry.saving : t.visit.save}
      </button>
    </>
  );
}

function Who({
  typed,
  home,
  head,
  set,
  wrong,
  on,
  today,
  onDay,
}: PartProps & { on: string; today: string; onDay: (on: string) => void }) {
  const t = useTexts();
  const open = home.clues.filter((clue) => clue.state === "open" || clue.id === typed.clue);
  const purposes = Object.keys(head.visit.conclusions).map((code): [string, string] => [
    code,
    head.purposes[code] ?? t.visit.purpose_titles[code] ?? code,
  ]);
  return (
    <section class="sheet" aria-labelledby="who">
      <div class="sheet-head">
        <h2 id="who">{t.visit.who}</h2>
      </div>
      <div class="sheet-body">
        <SomeOf
          id="purposes"
          label={t.visit.purposes}
          must
          hint={t.entry.purposes_hint}
          wrong={wrong("purposes")}
          values={typed.purposes}
          onValues={(chosen) => set({ purposes: chosen })}
          choices={purposes}
        />
        {open.length > 0 && (
          <SelectField
            id="clue"
            label={t.visit.clue}
            value={typed.clue === null ? "" : String(typed.clue)}
            empty={t.none}
            choices={open.map((clue): [string, string] => [
              String(clue.id),
              `${clue.risk_title}${t.colon}${clue.headline}`,
            ])}
            onValue={(chosen) => {
              const clue = open.find((one) => String(one.id) === chosen);
              set({ clue: clue?.id ?? null, clue_version: clue?.version ?? null });
            }}
          />
        )}
        <div class="short">
          <TextField
            id="on"
            label={t.visit.on}
            must
            type="date"
            max={today}
            wrong={wrong("on")}
            value={on}
            onValue={onDay}
          />
          <TextField
            id="began"
            label={t.visit.began}
            type="time"
            value={typed.began_at}
            onValue={(began_at) => set({ began_at })}
          />
        </div>
        {Array.from({ length: CHECKERS }, (_, index) => (
          <TextField
            key={index}
            id={`checker-${index + 1}`}
            label={t.visit.checker(index + 1)}
            must={index === 0}
            maxLength={30}
            wrong={wrong(`checker-${index + 1}`)}
            value={typed.checkers[index] ?? ""}
            onValue={(name) => set({ checkers: Object.assign([...typed.checkers], { [index]: name }) })}
          />
        ))}
        <TextField
          id="place"
          label={t.visit.place}
          maxLength={120}
          value={typed.place}
          onValue={(place) => set({ place })}
        />
      </div>
    </section>
  );
}
