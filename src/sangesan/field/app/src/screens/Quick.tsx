// The big buttons: "nothing changed" and "nobody there" in two taps, the forms behind the others.
import { useEffect, useRef, useState } from "preact/hooks";

import { Tick } from "../components/fields";
import { say } from "../components/flash";
import { Icon } from "../components/Icon";
import { PhotoStrip } from "../components/PhotoStrip";
import { ProblemNote, problemOf } from "../components/problems";
import { momentWords } from "../components/words";
import { go, to } from "../router";
import { type HomeView, type Photo, store, useStore } from "../store";
import type { Head, PatrolResult, Problem } from "../types";
import { texts, useTexts } from "../texts";

export function Quick({ home, head }: { home: HomeView; head: Head }) {
  const t = useTexts();
  const [asked, setAsked] = useState<"same" | "absent" | null>(null);
  return (
    <section class="sheet" aria-labelledby="acts">
      <div class="sheet-head">
        <h2 id="acts">{t.household.acts}</h2>
      </div>
      <div class="sheet-body">
        {asked ? (
          <Confirm home={home} head={head} result={asked} onCancel={() => setAsked(null)} />
        ) : (
          <>
            <button type="button" class="button button-main big" onClick={() => setAsked("same")}>
              <Icon name="check" />
              {t.household.same}
            </button>
            <div class="buttons">
              <a class="button big" href={to.patrol(home.id, "changed")}>
                <Icon name="edit" />
                {t.household.changed}
              </a>
              <a class="button big" href={to.patrol(home.id, "clue")}>
                <Icon name="flag" />
                {t.household.clue}
              </a>
              <button type="button" class="button big" onClick={() => setAsked("absent")}>
                <Icon name="door" />
                {t.household.absent}
              </button>
              <a class="button big" href={to.visit(home.id)}>
                <Icon name="fileText" />
                {t.household.visit}
              </a>
            </div>
          </>
        )}
      </div>
    </section>
  );
}

function Confirm({
  home,
  head,
  result,
  onCancel,
}: {
  home: HomeView;
  head: Head;
  result: "same" | "absent";
  onCancel: () => void;
}) {
  const t = useTexts();
  const { today, online } = useStore().snapshot();
  const [photos, setPhotos] = useState<Photo[]>([]);
  const [tasks, setTasks] = useState(result === "same" ? home.tasks.map((task) => task.id) : []);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    button.current?.focus();
    store.writing(true);
    return () => store.writing(false);
  }, []);
  const save = async () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await submitQuick(home, head, result, today, photos, tasks);
      say(online ? t.entry.saved_sending : t.entry.saved);
      go(to.today);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <>
      <p>{result === "same" ? t.household.same_words : t.household.absent_words}</p>
      <button ref={button} type="button" class="button button-main big" disabled={busy} onClick={() => void save()}>
        <Icon name="check" />
        {busy ? t.entry.saving : result === "same" ? t.household.same_confirm : t.household.absent_confirm}
      </button>
      <ProblemNote problem={problem} />
      {result === "same" &&
        home.tasks.map((task) => (
          <Tick
            key={task.id}
            label={`${t.entry.task_done}${t.colon}${task.title}（${t.home.before(momentWords(task.due_at))}）`}
            on={tasks.includes(task.id)}
            onTurn={(on) => setTasks((before) => (on ? [...before, task.id] : before.filter((id) => id !== task.id)))}
          />
        ))}
      <h3>{t.household.photo_add}</h3>
      <PhotoStrip label={t.entry.photos} photos={photos} onChange={setPhotos} />
      <button type="button" class="button button-quiet" onClick={onCancel}>
        {t.cancel}
      </button>
    </>
  );
}

/** An entry of its own beside a form that is half written: that draft is put back where it was. */
async function submitQuick(
  home: HomeView,
  head: Head,
  result: PatrolResult,
  today: string,
  photos: Photo[],
  tasks: number[],
): Promise<void> {
  const half = await store.loadDraft(home.id, "patrol");
  const based_on = Object.fromEntries(
    Object.entries(home.sections).map(([section, { version }]) => [section, version]),
  );
  const patrol = { result, purposes: [], words: "", tasks, round: head.round?.id ?? null, clue: null };
  const position = photos.find((photo) => photo.position)?.position ?? null;
  await store.submit({
    kind: "patrol",
    household: home.id,
    on: today,
    begun_at: new Date().toISOString(),
    based_on,
    changes: {},
    photos,
    voice: [],
    position,
    patrol,
    replaces: null,
  });
  if (half) await store.saveDraft(half);
}

export const savedWords = (online: boolean): string => (online ? texts().entry.saved_sending : texts().entry.saved);
