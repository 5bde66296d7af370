// What the check concludes and why, the risks in order, the household's own words, and what looks odd.
import { OneOf, SelectField, WordsField } from "../components/fields";
import { Note } from "../components/problems";
import { useTexts } from "../texts";
import type { PartProps } from "./Visit";
import { conclusionsFor, MOST_RISKS } from "./visit_typed";

export function VisitResult({ typed, head, set, wrong, doubts }: PartProps & { doubts: string[] }) {
  const t = useTexts();
  const given = typed.risks.filter(Boolean).length;
  const asked = Math.min(MOST_RISKS, given + 1);
  const choose = (index: number, risk: string) => {
    const risks = Array.from({ length: asked }, (_, at) => typed.risks[at] ?? "");
    risks[index] = risk;
    set({ risks: risks.filter(Boolean) });
  };
  const outcomes = conclusionsFor(typed.purposes, head);
  return (
    <section class="sheet" aria-labelledby="conclusion-title">
      <div class="sheet-head">
        <h2 id="conclusion-title">{t.visit.result}</h2>
      </div>
      <div class="sheet-body">
        <OneOf
          id="conclusion"
          label={t.visit.conclusion}
          must
          stacked
          hint={outcomes.length ? "" : t.visit.conclusion_first}
          wrong={wrong("conclusion")}
          value={typed.conclusion}
          onValue={(conclusion) => set({ conclusion })}
          choices={outcomes.map(([value, title]) => ({ value, title }))}
        />
        <WordsField
          id="reason"
          label={t.visit.reason}
          wrong={wrong("reason")}
          maxLength={1000}
          value={typed.reason}
          onValue={(reason) => set({ reason })}
        />
        <fieldset>
          <legend class="legend">{t.visit.risks}</legend>
          {Array.from({ length: asked }, (_, index) => (
            <SelectField
              key={index}
              id={`risk-${index + 1}`}
              label={t.visit.risk(index + 1)}
              wrong={wrong(`risk-${index + 1}`)}
              value={typed.risks[index] ?? ""}
              empty={t.none}
              choices={Object.entries(head.risks)}
              onValue={(risk) => choose(index, risk)}
            />
          ))}
        </fieldset>
        <WordsField
          id="opinion"
          label={t.visit.opinion}
          hint={t.visit.opinion_hint}
          rows={2}
          maxLength={1000}
          value={typed.opinion}
          onValue={(opinion) => set({ opinion })}
        />
        {typed.conclusion && doubts.length > 0 && (
          <Note tone="care">
            <strong>{t.visit.doubts}</strong>
            <ul class="points">
              {doubts.map((doubt) => (
                <li key={doubt}>{doubt}</li>
              ))}
            </ul>
          </Note>
        )}
      </div>
    </section>
  );
}
