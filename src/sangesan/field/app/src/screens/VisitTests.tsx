// The four tests, seen and asked on the spot; the house and the water.
import { OneOf, SelectField, TextField } from "../components/fields";
import { useTexts } from "../texts";
import type { PartProps } from "./Visit";
import type { Safe } from "./visit_typed";

export function VisitTests({ typed, head, set, wrong }: PartProps) {
  const t = useTexts();
  const answers = [
    { value: "yes", title: t.yes, tone: "good" as const },
    { value: "no", title: t.no, tone: "bad" as const },
    { value: "", title: t.unknown },
  ];
  return (
    <section class="sheet" aria-labelledby="tests">
      <div class="sheet-head">
        <h2 id="tests">{t.visit.tests}</h2>
        <span class="quiet">{t.visit.tests_hint}</span>
      </div>
      <div class="sheet-body">
        {Object.entries(head.visit.tests).map(([test, title]) => {
          const note = typed.tests_notes[test] ?? "";
          return (
            <div key={test} class="field">
              <OneOf
                id={`test-${test}`}
                label={title}
                wrong={wrong(`test-${test}`)}
                value={typed.tests[test] ?? ""}
                onValue={(answer) => set({ tests: { ...typed.tests, [test]: answer as Safe } })}
                choices={answers}
              />
              {(typed.tests[test] === "no" || note) && (
                <TextField
                  id={`test-note-${test}`}
                  label={t.visit.test_note}
                  maxLength={300}
                  value={note}
                  onValue={(words) => set({ tests_notes: { ...typed.tests_notes, [test]: words } })}
                />
              )}
            </div>
          );
        })}
        <div class="short">
          <SelectField
            id="house_grade"
            label={t.visit.house_grade}
            wrong={wrong("house_grade")}
            value={typed.house_grade}
            empty={t.visit.unclear}
            choices={Object.entries(head.visit.house_grades)}
            onValue={(house_grade) => set({ house_grade })}
          />
          <SelectField
            id="water_source"
            label={t.visit.water_source}
            value={typed.water_source}
            empty={t.visit.unclear}
            choices={Object.entries(head.visit.water_sources)}
            onValue={(water_source) => set({ water_source })}
          />
        </div>
      </div>
    </section>
  );
}
