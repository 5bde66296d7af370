// Logging in again on an enrolled phone: after a lock (with the PIN) or when the server asks for it (without).
import { useState } from "preact/hooks";

import { TextField } from "../components/fields";
import { say } from "../components/flash";
import { Frame } from "../components/Frame";
import { Note, ProblemNote, problemOf } from "../components/problems";
import { go, to } from "../router";
import { useStore } from "../store";
import type { Problem } from "../types";
import { useTexts } from "../texts";

export function LogInForm({ withPin, onDone }: { withPin?: boolean; onDone?: () => void }) {
  const t = useTexts();
  const store = useStore();
  const { pinDigits } = store.snapshot();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [pin, setPin] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const logIn = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await store.logIn({ username: username.trim(), password, ...(withPin ? { pin } : {}) });
      onDone?.();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  return (
    <form
      class="sheet-body"
      style={{ padding: 0 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void logIn();
      }}
    >
      <TextField
        id="username"
        label={t.gate.username}
        must
        autocomplete="username"
        value={username}
        onValue={setUsername}
      />
      <TextField
        id="password"
        label={t.gate.password}
        must
        type="password"
        autocomplete="current-password"
        value={password}
        onValue={setPassword}
      />
      {withPin && (
        <TextField
          id="pin"
          label={t.gate.pin(pinDigits)}
          must
          type="password"
          inputMode="numeric"
          value={pin}
          onValue={setPin}
        />
      )}
      <ProblemNote problem={problem} />
      <button type="submit" class="button button-main big" disabled={busy}>
        {busy ? t.gate.logging_in : t.gate.log_in}
      </button>
    </form>
  );
}

export function LogInAgain() {
  const t = useTexts();
  return (
    <Frame title={t.gate.title_again} back={to.settings}>
      <Note tone="care">
        <strong>{t.gate.expired}</strong>
        <p>{t.gate.expired_remedy}</p>
      </Note>
      <div class="sheet">
        <div class="sheet-body">
          <LogInForm
            onDone={() => {
              say(t.gate.logged_in);
              go(to.today, true);
            }}
          />
        </div>
      </div>
    </Frame>
  );
}
