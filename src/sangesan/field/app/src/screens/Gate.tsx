// Before the app is open: enrolling, the PIN, and what to do when it is locked out. Each says what happened and what to do.
import { useEffect, useState } from "preact/hooks";

import { Bare } from "../components/Frame";
import { Keypad } from "../components/Keypad";
import { Note, ProblemNote, problemOf } from "../components/problems";
import { useStore } from "../store";
import type { Problem } from "../types";
import { chooseLanguage, language, useTexts } from "../texts";
import { Enrol } from "./Enrol";
import { LogInForm } from "./LogIn";
import { Rescue } from "./Rescue";

export function Gate() {
  const t = useTexts();
  const { status } = useStore().snapshot();
  if (status === "starting")
    return (
      <Bare title={t.loading}>
        <p role="status">{t.working}</p>
      </Bare>
    );
  if (status === "locked") return <Unlock />;
  if (status === "expired") return <Expired />;
  if (status === "cut") return <Cut />;
  return <Enrol />;
}

export function LanguageSwitch() {
  const other = language() === "en" ? "zh" : "en";
  return (
    <button type="button" class="button" lang={other === "en" ? "en" : "zh-CN"} onClick={() => chooseLanguage(other)}>
      {other === "en" ? "English" : "中文"}
    </button>
  );
}

/** Seconds until the next PIN may be tried. */
function useWait(until: number | null): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!until || until <= Date.now()) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return until ? Math.max(0, Math.ceil((until - Math.max(now, Date.now())) / 1000)) : 0;
}

function PinPad({ onOpen }: { onOpen: (pin: string) => Promise<void> }) {
  const t = useTexts();
  const { pinDigits, pinWaitUntil } = useStore().snapshot();
  const [pin, setPin] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const wait = useWait(pinWaitUntil);
  const open = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onOpen(pin);
    } catch (error) {
      setProblem(problemOf(error));
      setPin("");
    }
    setBusy(false);
  };
  return (
    <>
      <ProblemNote problem={problem} />
      <div role="status">
        {wait > 0 ? (
          <Note tone="care">
            <p>{t.gate.pin_wait(wait)}</p>
          </Note>
        ) : busy ? (
          t.working
        ) : (
          ""
        )}
      </div>
      <Keypad
        label={t.gate.title_unlock}
        value={pin}
        onValue={setPin}
        onDone={() => void open()}
        done={t.gate.unlock}
        least={pinDigits}
        disabled={busy || wait > 0}
      />
    </>
  );
}

function Unlock() {
  const t = useTexts();
  const store = useStore();
  const { worker, grid } = store.snapshot();
  const [forgotten, setForgotten] = useState(false);
  if (forgotten) return <Forgotten onBack={() => setForgotten(false)} />;
  return (
    <Bare title={t.gate.title_unlock} aside={<LanguageSwitch />}>
      {worker && (
        <p class="quiet">
          {worker.name} · {grid?.title}
        </p>
      )}
      <PinPad onOpen={(pin) => store.unlock(pin)} />
      <button type="button" class="button button-quiet" onClick={() => setForgotten(true)}>
        {t.gate.forgot}
      </button>
    </Bare>
  );
}

/** The PIN opens the key, so what is sealed under it is lost without it: said with its number, asked twice. */
function Forgotten({ onBack }: { onBack: () => void }) {
  const t = useTexts();
  const store = useStore();
  const { unsent } = store.snapshot().counts;
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const forget = () => store.forget().catch((error: unknown) => setProblem(problemOf(error)));
  return (
    <Bare title={t.gate.forgot_title}>
      <p>{t.gate.forgot_words}</p>
      <Note tone={unsent ? "bad" : "plain"}>
        <p>{t.gate.forgot_sealed(unsent)}</p>
      </Note>
      <ProblemNote problem={problem} />
      <button type="button" class="button button-main" onClick={onBack}>
        {t.gate.forgot_back}
      </button>
      {sure ? (
        <button type="button" class="button button-danger" onClick={() => void forget()}>
          {t.gate.forgot_sure(unsent)}
        </button>
      ) : (
        <button type="button" class="button button-danger" onClick={() => setSure(true)}>
          {t.gate.forgot_do}
        </button>
      )}
    </Bare>
  );
}

function Expired() {
  const t = useTexts();
  const { why, counts } = useStore().snapshot();
  const [forgotten, setForgotten] = useState(false);
  if (forgotten) return <Forgotten onBack={() => setForgotten(false)} />;
  return (
    <Bare title={t.gate.title_lock} aside={<LanguageSwitch />}>
      <Note tone="care">
        <strong>{why}</strong>
        <p>{t.gate.locked_remedy}</p>
        <p>{t.gate.queue_kept(counts.unsent)}</p>
      </Note>
      <LogInForm withPin />
      <button type="button" class="button button-quiet" onClick={() => setForgotten(true)}>
        {t.gate.forgot}
      </button>
    </Bare>
  );
}

function Cut() {
  const t = useTexts();
  const store = useStore();
  const { why, counts, keyOpen } = store.snapshot();
  const [anew, setAnew] = useState(false);
  if (anew) return <Enrol />;
  return (
    <Bare title={t.gate.title_cut} aside={<LanguageSwitch />}>
      <Note tone="bad">
        <strong>{why || t.gate.cut}</strong>
        <p>{counts.unsent ? t.gate.cut_remedy : t.gate.cut_remedy_empty}</p>
        {counts.unsent > 0 && <p>{t.gate.queue_kept(counts.unsent)}</p>}
      </Note>
      {counts.unsent > 0 && !keyOpen && (
        <>
          <h2>{t.gate.cut_unlock}</h2>
          <PinPad onOpen={(pin) => store.unlock(pin)} />
        </>
      )}
      {counts.unsent > 0 && keyOpen && <Rescue />}
      {(keyOpen || !counts.unsent) && (
        <button type="button" class="button button-main" onClick={() => setAnew(true)}>
          {t.gate.cut_enrol}
        </button>
      )}
    </Bare>
  );
}
