// The phone's first day: who works with it, for which grid, under which PIN, and where things are kept.
import { useState } from "preact/hooks";

import { OneOf, TextField } from "../components/fields";
import { Bare } from "../components/Frame";
import { Keypad } from "../components/Keypad";
import { Note, ProblemNote, problemOf } from "../components/problems";
import { type EnrolInput, type EnrolStep, useStore } from "../store";
import type { PostChoice, Problem } from "../types";
import { useTexts } from "../texts";
import { LanguageSwitch } from "./Gate";

export function Enrol() {
  const store = useStore();
  const [input, setInput] = useState<EnrolInput>({ username: "", password: "", name: "" });
  const [step, setStep] = useState<EnrolStep | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const enrol = async (chosen: EnrolInput) => {
    setInput(chosen);
    setBusy(true);
    setProblem(null);
    try {
      const next = await store.enrol(chosen);
      if (next.step === "pin") setInput({ username: "", password: "" }); // no longer needed, so no longer held
      setStep(next);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  if (step?.step === "choose") {
    return (
      <Choose
        posts={step.posts}
        problem={problem}
        busy={busy}
        onBack={() => setStep(null)}
        onChosen={(post, grid) => void enrol({ ...input, post, ...(grid ? { grid } : {}) })}
      />
    );
  }
  if (step?.step === "pin") return <ChoosePin least={step.digits} />;
  return <WhoAreYou input={input} problem={problem} busy={busy} onInput={setInput} onDone={() => void enrol(input)} />;
}

function WhoAreYou({
  input,
  problem,
  busy,
  onInput,
  onDone,
}: {
  input: EnrolInput;
  problem: Problem | null;
  busy: boolean;
  onInput: (input: EnrolInput) => void;
  onDone: () => void;
}) {
  const t = useTexts();
  return (
    <Bare title={t.gate.title_enrol} aside={<LanguageSwitch />}>
      <p class="quiet">{t.gate.needs_net}</p>
      <form
        class="sheet-body"
        style={{ padding: 0 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) onDone();
        }}
      >
        <TextField
          id="username"
          label={t.gate.username}
          must
          autocomplete="username"
          value={input.username}
          onValue={(username) => onInput({ ...input, username })}
        />
        <TextField
          id="password"
          label={t.gate.password}
          must
          type="password"
          autocomplete="current-password"
          value={input.password}
          onValue={(password) => onInput({ ...input, password })}
        />
        <TextField
          id="name"
          label={`${t.gate.phone}（${t.optional}）`}
          hint={t.gate.phone_hint}
          maxLength={40}
          value={input.name ?? ""}
          onValue={(name) => onInput({ ...input, name })}
        />
        <ProblemNote problem={problem} />
        <button type="submit" class="button button-main big" disabled={busy}>
          {busy ? t.gate.logging_in : t.gate.log_in}
        </button>
      </form>
    </Bare>
  );
}

function Choose({
  posts,
  problem,
  busy,
  onBack,
  onChosen,
}: {
  posts: PostChoice[];
  problem: Problem | null;
  busy: boolean;
  onBack: () => void;
  onChosen: (post: number, grid: string | null) => void;
}) {
  const t = useTexts();
  const [post, setPost] = useState(posts.length === 1 ? String(posts[0]!.id) : "");
  const [grid, setGrid] = useState("");
  const [tried, setTried] = useState(false);
  const grids = posts.find((one) => String(one.id) === post)?.grids ?? [];
  const chosen = grids.length === 1 ? grids[0]!.code : grids.some((one) => one.code === grid) ? grid : "";
  const goOn = () => {
    setTried(true);
    if (post && (chosen || !grids.length)) onChosen(Number(post), chosen || null);
  };
  return (
    <Bare title={t.gate.title_choose}>
      <OneOf
        id="post"
        label={t.gate.post}
        must
        stacked
        value={post}
        onValue={setPost}
        wrong={tried && !post ? t.gate.choose_post : ""}
        choices={posts.map((one) => ({ value: String(one.id), title: one.title }))}
      />
      {grids.length > 0 && (
        <OneOf
          id="grid"
          label={t.gate.grid}
          must
          stacked
          value={chosen}
          onValue={setGrid}
          wrong={tried && !chosen ? t.gate.choose_grid : ""}
          choices={grids.map((one) => ({ value: one.code, title: one.title }))}
        />
      )}
      <ProblemNote problem={problem} />
      <button type="button" class="button button-main big" disabled={busy} onClick={goOn}>
        {busy ? t.working : t.gate.go_on}
      </button>
      <button type="button" class="button button-quiet" onClick={onBack}>
        {t.back}
      </button>
    </Bare>
  );
}

function ChoosePin({ least }: { least: number }) {
  const t = useTexts();
  const store = useStore();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = async (pin: string) => {
    setBusy(true);
    try {
      await store.askPersistence();
      await store.choosePin(pin);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  return (
    <Bare title={t.gate.title_pin}>
      <p>{t.gate.pin_remember}</p>
      <PinTwice least={least} busy={busy} onPin={(pin) => void choose(pin)} />
      <ProblemNote problem={problem} />
      <Note>
        <strong>{t.gate.promise_title}</strong>
        <p>{t.gate.promise}</p>
      </Note>
    </Bare>
  );
}

/** A new PIN, typed twice; says why one will not do. */
export function PinTwice({ least, busy, onPin }: { least: number; busy: boolean; onPin: (pin: string) => void }) {
  const t = useTexts();
  const store = useStore();
  const [first, setFirst] = useState("");
  const [pin, setPin] = useState("");
  const [wrong, setWrong] = useState("");
  const done = () => {
    if (!first) {
      const fault = store.pinFault(pin);
      setWrong(fault ?? "");
      if (!fault) setFirst(pin);
    } else if (pin === first) {
      setWrong("");
      onPin(pin);
      return;
    } else {
      setWrong(t.gate.pin_differs);
      setFirst("");
    }
    setPin("");
  };
  const label = first ? t.gate.pin_again : t.gate.pin_new(least);
  return (
    <>
      <div role="status">
        <h2>{label}</h2>
      </div>
      <div role="alert">
        {wrong && (
          <Note tone="bad">
            <strong>{wrong}</strong>
          </Note>
        )}
      </div>
      <Keypad
        label={label}
        value={pin}
        onValue={setPin}
        onDone={done}
        done={t.gate.done}
        least={least}
        disabled={busy}
      />
      {busy && <p role="status">{t.working}</p>}
    </>
  );
}
