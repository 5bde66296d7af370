// Who works here, the PIN, language and size of letters, the version, what is on this phone.
import { useEffect, useState } from "preact/hooks";

import { OneOf } from "../components/fields";
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { Keypad } from "../components/Keypad";
import { Note, ProblemNote, problemOf } from "../components/problems";
import { to } from "../router";
import { useStore } from "../store";
import type { Problem } from "../types";
import { chooseLanguage, chooseTextSize, type Language, language, type TextSize, textSize, useTexts } from "../texts";
import { PinTwice } from "./Enrol";

declare const __VERSION__: string;

export function Settings() {
  const t = useTexts();
  const store = useStore();
  const { worker, grid, sync } = store.snapshot();
  return (
    <Frame title={t.settings.title} here="settings">
      <section class="sheet sheet-body" aria-label={t.settings.worker}>
        <dl class="pairs">
          <div>
            <dt>{t.settings.worker}</dt>
            <dd>{worker?.name}</dd>
          </div>
          <div>
            <dt>{t.settings.post}</dt>
            <dd>{worker?.post_title}</dd>
          </div>
          <div>
            <dt>{t.settings.grid}</dt>
            <dd>{[grid?.town, grid?.village, grid?.title].filter(Boolean).join(" ")}</dd>
          </div>
        </dl>
        {sync.needsLogIn && (
          <a class="button" href={to.logIn}>
            <Icon name="key" />
            {t.gate.title_again}
          </a>
        )}
        <button type="button" class="button button-main big" onClick={() => store.lock()}>
          <Icon name="lock" />
          {t.settings.lock}
        </button>
        <p class="quiet fine">{t.settings.lock_words}</p>
      </section>
      <section class="sheet sheet-body" aria-label={t.settings.size}>
        <OneOf
          id="size"
          label={t.settings.size}
          value={textSize()}
          onValue={(size) => chooseTextSize(size as TextSize)}
          choices={(["normal", "large", "largest"] as const).map((value) => ({
            value,
            title: t.settings.sizes[value],
          }))}
        />
        <OneOf
          id="language"
          label={t.settings.language}
          value={language()}
          onValue={(chosen) => chooseLanguage(chosen as Language)}
          choices={[
            { value: "zh", title: "中文" },
            { value: "en", title: "English" },
          ]}
        />
      </section>
      <ChangePin />
      <Version />
      <section class="sheet" aria-labelledby="help">
        <div class="sheet-head">
          <h2 id="help">{t.settings.help}</h2>
        </div>
        {t.settings.help_lines.map(([title, words]) => (
          <details key={title} class="fold">
            <summary>{title}</summary>
            <p class="fold-body">{words}</p>
          </details>
        ))}
      </section>
    </Frame>
  );
}

function ChangePin() {
  const t = useTexts();
  const store = useStore();
  const { pinDigits } = store.snapshot();
  const [open, setOpen] = useState(false);
  const [old, setOld] = useState("");
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const close = () => {
    setOpen(false);
    setOld("");
    setTyped("");
  };
  const change = async (pin: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await store.changePin(old, pin);
      say(t.settings.pin_changed);
      close();
    } catch (error) {
      setProblem(problemOf(error));
      setOld("");
      setTyped("");
    }
    setBusy(false);
  };
  return (
    <section class="sheet sheet-body" aria-label={t.settings.pin}>
      {!open ? (
        <button type="button" class="button" onClick={() => setOpen(true)}>
          <Icon name="key" />
          {t.settings.pin}
        </button>
      ) : (
        <>
          <ProblemNote problem={problem} />
          {old ? (
            <PinTwice least={pinDigits} busy={busy} onPin={(pin) => void change(pin)} />
          ) : (
            <>
              <div role="status">
                <h2>{t.settings.pin_old}</h2>
              </div>
              <Keypad
                label={t.settings.pin_old}
                value={typed}
                onValue={setTyped}
                onDone={() => setOld(typed)}
                done={t.gate.done}
                least={pinDigits}
                disabled={busy}
              />
            </>
          )}
          <button type="button" class="button button-quiet" onClick={close}>
            {t.cancel}
          </button>
        </>
      )}
    </section>
  );
}

/** What Chromium fires when the page may be put on the home screen. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

let installable: InstallEvent | null = null;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installable = event as InstallEvent;
});

function Version() {
  const t = useTexts();
  const store = useStore();
  const { updateWaits } = store.snapshot();
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    const done = () => setAsked(true);
    addEventListener("appinstalled", done);
    return () => removeEventListener("appinstalled", done);
  }, []);
  const install = () => {
    void installable?.prompt();
    installable = null;
    setAsked(true);
  };
  return (
    <section class="sheet sheet-body" aria-label={t.settings.version}>
      <dl class="pairs">
        <div>
          <dt>{t.settings.version}</dt>
          <dd>{typeof __VERSION__ === "undefined" ? "" : __VERSION__}</dd>
        </div>
      </dl>
      {updateWaits ? (
        <Note tone="care">
          <strong>{t.settings.update}</strong>
          <p>{t.settings.update_words}</p>
          <button type="button" class="button button-main" onClick={() => store.applyUpdate()}>
            {t.settings.update_do}
          </button>
        </Note>
      ) : (
        <p class="quiet">{t.settings.up_to_date}</p>
      )}
      {installable && !asked && (
        <>
          <button type="button" class="button" onClick={install}>
            <Icon name="deviceMobile" />
            {t.settings.install}
          </button>
          <p class="quiet fine">{t.settings.install_words}</p>
        </>
      )}
    </section>
  );
}
