// What goes along with a patrol entry: words, voice, photos, whose questions it answers, tasks, day, place.
import { SomeOf, TextField, Tick, WordsField } from "../components/fields";
import { Icon } from "../components/Icon";
import { PhotoStrip } from "../components/PhotoStrip";
import { PositionLine } from "../components/PositionLine";
import { VoiceNote } from "../components/VoiceNote";
import { momentWords } from "../components/words";
import type { Draft, HomeView } from "../store";
import type { Head, PatrolPart } from "../types";
import { useTexts } from "../texts";

/** Not to be answered in passing: they ask for the whole check; the patrol itself is understood. */
const WHOLE_CHECK = ["patrol", "clue", "identification", "elimination"];
export const EMPTY: PatrolPart = { result: "changed", purposes: [], words: "", tasks: [], round: null, clue: null };

export function PatrolAround({
  home,
  head,
  draft,
  today,
  wrong,
  onChange,
  onFill,
  onPart,
}: {
  home: HomeView;
  head: Head;
  draft: Draft;
  today: string;
  wrong: (id: string) => string;
  onChange: (how: (draft: Draft) => Draft) => void;
  onFill: (how: (draft: Draft) => Draft) => void;
  onPart: (fields: Partial<PatrolPart>) => void;
}) {
  const t = useTexts();
  const patrol = draft.patrol ?? EMPTY;
  const purposes = Object.entries(head.purposes).filter(([code]) => !WHOLE_CHECK.includes(code));
  return (
    <>
      <section class="sheet sheet-body">
        <WordsField
          id="words"
          label={`${t.entry.words}（${t.optional}）`}
          hint={t.entry.words_hint}
          wrong={wrong("words")}
          maxLength={500}
          value={patrol.words}
          onValue={(words) => onPart({ words })}
        />
        <h2>{t.entry.voice}</h2>
        <VoiceNote
          voice={draft.voice}
          onChange={(how) => onChange((before) => ({ ...before, voice: how(before.voice) }))}
        />
      </section>
      <section class="sheet sheet-body">
        <h2>{t.entry.photos}</h2>
        <PhotoStrip
          label={t.entry.photos}
          photos={draft.photos}
          onChange={(how) => onChange((before) => ({ ...before, photos: how(before.photos) }))}
        />
      </section>
      <section class="sheet sheet-body">
        {purposes.length > 0 && (
          <SomeOf
            id="purposes"
            label={t.entry.purposes}
            hint={t.entry.purposes_hint}
            values={patrol.purposes}
            onValues={(purposes) => onPart({ purposes })}
            choices={purposes}
          />
        )}
        {home.tasks.length > 0 && (
          <fieldset>
            <legend class="legend">{t.entry.tasks}</legend>
            <span class="hint">{t.entry.tasks_hint}</span>
            {home.tasks.map((task) => (
              <Tick
                key={task.id}
                label={`${task.title}（${t.home.before(momentWords(task.due_at))}）`}
                on={patrol.tasks.includes(task.id)}
                onTurn={(on) =>
                  onPart({ tasks: on ? [...patrol.tasks, task.id] : patrol.tasks.filter((id) => id !== task.id) })
                }
              />
            ))}
          </fieldset>
        )}
        <TextField
          id="on"
          label={t.entry.on}
          must
          type="date"
          max={today}
          wrong={wrong("on")}
          value={draft.on}
          onValue={(on) => onChange((before) => ({ ...before, on }))}
        />
        <h2>{t.entry.position}</h2>
        <PositionLine
          position={draft.position}
          leftOut={Boolean(draft.screen?.no_position)}
          onFound={(position) => onFill((before) => ({ ...before, position }))}
          onPosition={(position, leftOut) =>
            onChange((before) => ({ ...before, position, screen: { ...before.screen, no_position: leftOut } }))
          }
        />
      </section>
      <p class="quiet fine">
        <Icon name="deviceMobile" small /> {t.entry.draft_kept}
      </p>
    </>
  );
}
