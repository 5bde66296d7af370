// Fields with their label, hint and fault bound together, so that eye and screen reader get the same.
import type { ComponentChildren } from "preact";

import { useTexts } from "../texts";

interface Common {
  id: string;
  label: string;
  hint?: string | undefined;
  wrong?: string;
  must?: boolean;
}

/** Label, hint, the control, and what is wrong with it. `children` gets what the control must carry. */
function Labelled({
  id,
  label,
  hint,
  wrong,
  must,
  children,
}: Common & { children: (aria: Aria) => ComponentChildren }) {
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id} class={must ? "must" : undefined}>
        {label}
      </label>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children({ id, "aria-invalid": wrong ? "true" : undefined, "aria-describedby": described || undefined })}
      <Wrong id={id} words={wrong} />
    </div>
  );
}

interface Aria {
  id: string;
  "aria-invalid": "true" | undefined;
  "aria-describedby": string | undefined;
}

export function Wrong({ id, words }: { id: string; words: string | undefined }) {
  return words ? (
    <span class="wrong" id={`${id}-wrong`}>
      ✕ {words}
    </span>
  ) : null;
}

interface InputKind {
  type?: "text" | "password" | "search" | "date" | "time";
  inputMode?: "text" | "numeric" | "decimal" | "tel";
  maxLength?: number;
  max?: string;
  autocomplete?: "off" | "username" | "current-password";
}

export function TextField({
  value,
  onValue,
  type,
  inputMode,
  maxLength,
  max,
  autocomplete = "off",
  ...common
}: Common & InputKind & { value: string; onValue: (value: string) => void }) {
  return (
    <Labelled {...common}>
      {(aria) => (
        <input
          {...aria}
          class="input"
          type={(type ?? "text") as "text"}
          inputMode={inputMode}
          maxLength={maxLength}
          max={max}
          autocomplete={autocomplete}
          required={common.must}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

export function WordsField({
  value,
  onValue,
  rows = 3,
  maxLength,
  ...common
}: Common & { value: string; onValue: (value: string) => void; rows?: number; maxLength: number }) {
  return (
    <Labelled {...common}>
      {(aria) => (
        <textarea
          {...aria}
          class="input"
          rows={rows}
          maxLength={maxLength}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

export function MoneyField({
  value,
  onValue,
  ...common
}: Common & { value: string; onValue: (value: string) => void }) {
  const t = useTexts();
  return (
    <Labelled {...common}>
      {(aria) => (
        <span class="input-money">
          <input
            {...aria}
            class="input"
            inputMode="decimal"
            maxLength={15}
            autocomplete="off"
            value={value}
            onInput={(event) => onValue(event.currentTarget.value)}
          />
          <span aria-hidden="true">{t.yuan}</span>
        </span>
      )}
    </Labelled>
  );
}

export function SelectField({
  value,
  onValue,
  choices,
  empty,
  ...common
}: Common & { value: string; onValue: (value: string) => void; choices: [string, string][]; empty?: string }) {
  return (
    <Labelled {...common}>
      {(aria) => (
        <select {...aria} class="input" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {empty !== undefined && <option value="">{empty}</option>}
          {choices.map(([code, title]) => (
            <option key={code} value={code}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

export interface Choice {
  value: string;
  title: string;
  tone?: "good" | "bad";
}

/** One of several, as big buttons. stacked: one below the other, for long titles. hideLabel: for the eye only. */
export function OneOf({
  id,
  label,
  hint,
  wrong,
  must,
  value,
  onValue,
  choices,
  stacked,
  hideLabel,
}: Common & {
  value: string;
  onValue: (value: string) => void;
  choices: Choice[];
  stacked?: boolean;
  hideLabel?: boolean;
}) {
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={wrong ? `${id}-wrong` : undefined}>
      <legend class={hideLabel ? "unseen" : must ? "legend must" : "legend"}>{label}</legend>
      {hint && <span class="hint">{hint}</span>}
      <div class={stacked ? "choices" : "answers"}>
        {choices.map((choice) => (
          <label key={choice.value} class={choice.tone ? `answer answer-${choice.tone}` : "answer"}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={value === choice.value}
              onChange={() => onValue(choice.value)}
            />
            <span>{choice.title}</span>
          </label>
        ))}
      </div>
      <Wrong id={id} words={wrong} />
    </fieldset>
  );
}

/** Several of many. */
export function SomeOf({
  id,
  label,
  hint,
  wrong,
  must,
  values,
  onValues,
  choices,
}: Common & { values: string[]; onValues: (values: string[]) => void; choices: [string, string][] }) {
  const turn = (code: string) =>
    onValues(values.includes(code) ? values.filter((other) => other !== code) : [...values, code]);
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={wrong ? `${id}-wrong` : undefined}>
      <legend class={must ? "legend must" : "legend"}>{label}</legend>
      {hint && <span class="hint">{hint}</span>}
      <div class="chips">
        {choices.map(([code, title]) => (
          <label key={code} class="chip">
            <input type="checkbox" checked={values.includes(code)} onChange={() => turn(code)} />
            <span>{title}</span>
          </label>
        ))}
      </div>
      <Wrong id={id} words={wrong} />
    </fieldset>
  );
}

export function Tick({
  label,
  on,
  onTurn,
  id,
}: {
  label: string;
  on: boolean;
  onTurn: (on: boolean) => void;
  id?: string;
}) {
  return (
    <label class="tick">
      <input id={id} type="checkbox" checked={on} onChange={(event) => onTurn(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
