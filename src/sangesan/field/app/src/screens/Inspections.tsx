// An inspector's first screen, and one place: sealed until it begins, what to do there, the households drawn in it.
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { Note, ProblemNote, problemOf } from "../components/problems";
import { dayWords, momentWords } from "../components/words";
import { go, to } from "../router";
import { type QueueItem, useStore } from "../store";
import type { InspectionBundle, Problem, Target } from "../types";
import { useTexts } from "../texts";
import { useState } from "preact/hooks";
import { savedWords } from "./Quick";

/** This phone's forms about a place that the server has not answered as taken. */
export const waitingFor = (queue: QueueItem[], id: number): QueueItem[] =>
  queue.filter(
    (item) =>
      item.household === id &&
      (item.kind === "inspection" || item.kind === "finding") &&
      (item.state === "saved" || item.state === "sending"),
  );

/** Answers as they stand: what was fetched, and over it what this phone has saved. */
export const isBegun = (target: Target, queue: QueueItem[]): boolean =>
  target.begun_at !== null || waitingFor(queue, target.id).length > 0;

export function Inspections() {
  const t = useTexts();
  const store = useStore();
  const snapshot = store.snapshot();
  const inspection = store.inspection();
  const above = inspection?.targets.filter((target) => target.parent === null) ?? [];
  return (
    <Frame
      title={t.inspect.title}
      small={[snapshot.grid?.title, snapshot.worker?.name].filter(Boolean).join(" · ")}
      here="home"
    >
      {above.length === 0 ? (
        <div class="sheet empty">
          <Icon name="flag" />
          <h2>{t.inspect.none}</h2>
          <p>{t.inspect.none_words}</p>
          <button
            type="button"
            class="button button-main"
            disabled={snapshot.sync.running}
            onClick={() => void store.sync()}
          >
            {snapshot.sync.running ? t.queue.syncing : t.queue.sync}
          </button>
        </div>
      ) : (
        <section class="sheet" aria-labelledby="places">
          <div class="sheet-head">
            <h2 id="places">{t.inspect.places}</h2>
          </div>
          <Rows targets={above} />
        </section>
      )}
    </Frame>
  );
}

function Rows({ targets }: { targets: Target[] }) {
  const t = useTexts();
  const store = useStore();
  const { today } = store.snapshot();
  const queue = store.queue();
  return (
    <ul class="rows">
      {targets.map((target) => (
        <li key={target.id}>
          <a class="row" href={to.target(target.id)}>
            <span class="row-words">
              <strong>{target.title}</strong>
              <span class="tags">
                {isBegun(target, queue) ? (
                  <span class="tag tag-green">{t.inspect.begun}</span>
                ) : (
                  <span class="tag">
                    <Icon name="lock" small /> {t.inspect.planned(dayWords(target.planned_on, today))}
                  </span>
                )}
                {waitingFor(queue, target.id).length > 0 && (
                  <span class="tag tag-amber">{t.inspect.saved_here}</span>
                )}
              </span>
              <span class="row-why">{[target.how, target.address].filter(Boolean).join(" · ")}</span>
            </span>
            <Icon name="chevronRight" small />
          </a>
        </li>
      ))}
    </ul>
  );
}

export function Place({ id }: { id: number }) {
  const t = useTexts();
  const inspection = useStore().inspection();
  const target = inspection?.targets.find((one) => one.id === id);
  if (!inspection || !target) return <NoPlace />;
  const parent = inspection.targets.find((one) => one.id === target.parent);
  return (
    <Frame title={target.title} small={target.how} back={parent ? to.target(parent.id) : to.today}>
      <State target={target} inspection={inspection} />
      {target.people.length > 0 && (
        <section class="sheet sheet-body">
          <h2>{t.inspect.people}</h2>
          <p>{target.people.join(t.comma)}</p>
        </section>
      )}
      <FoundHere target={target} inspection={inspection} />
      <Sample inspection={inspection} target={target} />
    </Frame>
  );
}

export function NoPlace() {
  const t = useTexts();
  return (
    <Frame title={t.inspect.gone} back={to.today}>
      <Note>
        <p>{t.inspect.gone_remedy}</p>
      </Note>
    </Frame>
  );
}

function State({ target, inspection }: { target: Target; inspection: InspectionBundle }) {
  const t = useTexts();
  const store = useStore();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState(false);
  const queue = store.queue();
  const begun = isBegun(target, queue);
  const questions = inspection.checklists[target.kind]?.questions ?? [];
  const begin = async () => {
    try {
      const draft = await store.beginDraft(target.id, "inspection");
      await store.submit({
        ...draft,
        photos: [],
        voice: [],
        inspection: { answers: {}, words: {}, said: {}, ended: false, summary: "" },
      });
      say(savedWords(store.snapshot().online));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <section class="sheet sheet-body">
      {target.probability !== null && target.weight !== null && (
        <p class="quiet">{t.inspect.chance(`${(100 * target.probability).toFixed(2)}%`, target.weight)}</p>
      )}
      {begun ? (
        <p>
          <span class="tag tag-green">{t.inspect.begun}</span>{" "}
          {target.begun_at ? momentWords(target.begun_at) : t.inspect.begun_here}
        </p>
      ) : (
        <Note tone="care">
          <strong>{t.inspect.sealed}</strong>
          <p>{t.inspect.sealed_words}</p>
        </Note>
      )}
      <ProblemNote problem={problem} />
      {begun ? (
        <>
          <p class="quiet">{t.inspect.points(Object.keys(target.answers).length, questions.length)}</p>
          <button type="button" class="button button-main big" onClick={() => go(to.checklist(target.id))}>
            <Icon name="listCheck" />
            {t.inspect.checklist}
          </button>
          <button type="button" class="button" onClick={() => go(to.finding(target.id))}>
            <Icon name="alertTriangle" />
            {t.inspect.finding}
          </button>
        </>
      ) : asking ? (
        <Note tone="care">
          <strong>{t.inspect.begin_sure}</strong>
          <button type="button" class="button button-main big" onClick={() => void begin()}>
            <Icon name="playerPlay" />
            {t.inspect.begin_yes}
          </button>
          <button type="button" class="button" onClick={() => setAsking(false)}>
            {t.inspect.begin_no}
          </button>
        </Note>
      ) : (
        <button
          type="button"
          class="button button-main big"
          // which households are asked is nobody's to see: there is nothing to be sure of
          onClick={() => (target.kind === "household" ? void begin() : setAsking(true))}
        >
          <Icon name="playerPlay" />
          {t.inspect.begin}
        </button>
      )}
    </section>
  );
}

/** What was found here, with whether the server has it. */
function FoundHere({ target, inspection }: { target: Target; inspection: InspectionBundle }) {
  const t = useTexts();
  if (target.found.length === 0) return null;
  return (
    <section class="sheet" aria-labelledby="found">
      <div class="sheet-head">
        <h2 id="found">{t.inspect.found}</h2>
        <span class="quiet">{target.found.length}</span>
      </div>
      <ul class="rows">
        {target.found.map((one, number) => (
          <li key={number} class="plain-row">
            <p>
              <strong>{inspection.defects[one.defect] ?? one.defect}</strong>{" "}
              <span class={one.waiting ? "tag tag-amber" : "tag tag-green"}>
                {one.waiting ? t.inspect.found_here : t.inspect.found_sent}
              </span>
            </p>
            <p class="quiet">{one.words}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sample({ inspection, target }: { inspection: InspectionBundle; target: Target }) {
  const t = useTexts();
  const below = inspection.targets.filter((one) => one.parent === target.id);
  if (below.length === 0)
    return target.sampling ? (
      <Note>
        <p>{target.sampling === "waits" ? t.inspect.sample_waits : t.inspect.sample_drawn}</p>
      </Note>
    ) : null;
  return (
    <section class="sheet" aria-labelledby="sample">
      <div class="sheet-head">
        <h2 id="sample">{t.inspect.sample}</h2>
        <span class="quiet">{below.length}</span>
      </div>
      <Rows targets={below} />
    </section>
  );
}
