// What the register says, field by field: tap what changed and give what is so now; the rest is not asked.
import { useState } from "preact/hooks";

import { OneOf, SelectField, SomeOf, TextField } from "../components/fields";
import { Icon } from "../components/Icon";
import { valueWords } from "../components/words";
import type { Draft, HomeView } from "../store";
import type { Head, Value } from "../types";
import { type Texts, useTexts } from "../texts";
import { type AskedField, nameOf, sectionsOf } from "./household_parts";

const AS_BUTTONS = 5; // more choices than this stand in a list

interface ChangesProps {
  home: HomeView;
  head: Head;
  draft: Draft;
  onChange: (how: (draft: Draft) => Draft) => void;
}

export function Changes({ home, head, draft, onChange }: ChangesProps) {
  const t = useTexts();
  const [open, setOpen] = useState("");
  const parts = sectionsOf(home, head, t.entry.household_fields);
  const set = (key: string, value: Value, was: Value) =>
    onChange((before) => {
      const changes = { ...before.changes };
      if (value === was) delete changes[key];
      else changes[key] = value;
      return { ...before, changes };
    });
  if (!parts.length) return <p class="sheet-body quiet">{t.entry.no_fields}</p>;
  return (
    <>
      {parts.map((part) => {
        const values = home.sections[part.section]?.values ?? {};
        const changed = part.fields.filter((field) => `${part.section}.${nameOf(field)}` in draft.changes).length;
        return (
          <details key={part.section} class="fold" open={!part.section.startsWith("person:") || changed > 0}>
            <summary>
              {part.title}
              {changed > 0 && <span class="tag tag-green">{t.entry.changed_count(changed)}</span>}
            </summary>
            <ul class="rows">
              {part.fields.map((field) => {
                const key = `${part.section}.${nameOf(field)}`;
                return (
                  <li key={key}>
                    <OneChange
                      id={key}
                      field={field}
                      was={values[nameOf(field)] ?? null}
                      now={key in draft.changes ? draft.changes[key]! : undefined}
                      open={open === key}
                      onOpen={() => setOpen(open === key ? "" : key)}
                      onValue={(value) => set(key, value, values[nameOf(field)] ?? null)}
                    />
                  </li>
                );
              })}
            </ul>
          </details>
        );
      })}
    </>
  );
}

interface OneProps {
  id: string;
  field: AskedField;
  was: Value;
  /** undefined: not changed. */
  now: Value | undefined;
  open: boolean;
  onOpen: () => void;
  onValue: (value: Value) => void;
}

function OneChange({ id, field, was, now, open, onOpen, onValue }: OneProps) {
  const t = useTexts();
  return (
    <>
      <button type="button" class="row" aria-expanded={open} onClick={onOpen}>
        <span class="row-words">
          <span class="quiet fine">{field.title}</span>
          <br />
          {now === undefined ? (
            <strong>{valueWords(field, was)}</strong>
          ) : (
            <>
              <span class="unseen">{t.entry.was}</span>
              <span class="change-was">{valueWords(field, was)}</span> <span aria-hidden="true">→</span>{" "}
              <span class="unseen">{t.entry.now}</span>
              <span class="change-now">{valueWords(field, now)}</span>
            </>
          )}
        </span>
        <Icon name="edit" small />
      </button>
      {open && (
        <div class="change-edit">
          <Editor id={id} field={field} value={now === undefined ? was : now} onValue={onValue} />
          <div class="buttons">
            {now !== undefined && (
              <button type="button" class="button" onClick={() => (onValue(was), onOpen())}>
                {t.entry.undo}
              </button>
            )}
            <button type="button" class="button button-main" onClick={onOpen}>
              {t.entry.keep}
            </button>
          </div>
        </div>
      )}
    </>
  );
}

interface EditorProps {
  id: string;
  field: AskedField;
  value: Value;
  onValue: (value: Value) => void;
}

function Editor(props: EditorProps) {
  const { id, field, value, onValue } = props;
  const t = useTexts();
  const choices = Object.entries(field.choices ?? {});
  const common = { id, label: field.title };
  if (field.kind === "yesno") {
    const chosen = value === true ? "yes" : value === false ? "no" : "";
    const both = [
      { value: "yes", title: t.yes },
      { value: "no", title: t.no },
    ];
    return <OneOf {...common} value={chosen} onValue={(answer) => onValue(answer === "yes")} choices={both} />;
  }
  if (field.kind === "several") {
    const values = String(value ?? "")
      .split(field.joined_by ?? ",")
      .filter(Boolean);
    return (
      <SomeOf
        {...common}
        values={values}
        choices={choices}
        onValues={(all) => onValue(inOrder(all, choices).join(field.joined_by ?? ",") || null)}
      />
    );
  }
  if (field.kind === "choice" && choices.length <= AS_BUTTONS) {
    return (
      <OneOf
        {...common}
        stacked
        value={String(value ?? "")}
        onValue={onValue}
        choices={choices.map(([code, title]) => ({ value: code, title }))}
      />
    );
  }
  if (field.kind === "choice") {
    return (
      <SelectField
        {...common}
        value={String(value ?? "")}
        empty={t.entry.no_value}
        choices={choices}
        onValue={(chosen) => onValue(chosen || null)}
      />
    );
  }
  return <Typed {...props} />;
}

const inOrder = (chosen: string[], choices: [string, string][]): string[] =>
  choices.map(([code]) => code).filter((code) => chosen.includes(code));

/** Text, number or phone: what is half typed stays in the field, only what can be read is taken over. */
function Typed({ id, field, value, onValue }: EditorProps) {
  const t = useTexts();
  // The register's number is masked here, so a new one is typed whole.
  const masked = field.kind === "phone" && String(value ?? "").includes("*");
  const [typed, setTyped] = useState(value === null || masked ? "" : String(value));
  const { wrong, read } = readTyped(field, typed.trim(), t);
  return (
    <TextField
      id={id}
      label={field.unit ? `${field.title}（${field.unit}）` : field.title}
      hint={masked ? t.entry.phone_whole : undefined}
      inputMode={field.kind === "text" ? "text" : field.kind === "phone" ? "tel" : "decimal"}
      maxLength={field.kind === "number" ? 12 : (field.most ?? 120)}
      wrong={read === undefined ? wrong : ""}
      value={typed}
      onValue={(text) => {
        setTyped(text);
        const now = readTyped(field, text.trim(), t).read;
        if (now !== undefined) onValue(now);
      }}
    />
  );
}

/** read: undefined where it cannot be read, and wrong says why. */
function readTyped(field: AskedField, text: string, t: Texts): { read: Value | undefined; wrong: string } {
  if (field.kind === "text" || text === "") return { read: text || null, wrong: "" };
  if (field.kind === "phone")
    return /^1\d{10}$/.test(text) ? { read: text, wrong: "" } : { read: undefined, wrong: t.entry.phone_wrong };
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(number)) return { read: undefined, wrong: t.entry.not_number };
  if (field.most !== undefined && number > field.most) return { read: undefined, wrong: t.entry.most(field.most) };
  return { read: number, wrong: "" };
}
