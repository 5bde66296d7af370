// The unsent queue as a file that only the county can open: where the phone cannot send, or may not any more.
import { useState } from "preact/hooks";

import { Icon } from "../components/Icon";
import { Note, ProblemNote, problemOf } from "../components/problems";
import { useStore } from "../store";
import type { Problem } from "../types";
import { useTexts } from "../texts";

const KEPT = 60_000; // ms until the browser may forget the file it was handed

export function Rescue() {
  const t = useTexts();
  const store = useStore();
  const { unsent } = store.snapshot().counts;
  const [done, setDone] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const file = await store.exportRescue();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file.blob);
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
      setDone(t.queue.rescue_done(file.name, file.forms));
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  return (
    <div class="field">
      <h3>{t.queue.rescue}</h3>
      <p class="fine">{t.queue.rescue_words}</p>
      <ProblemNote problem={problem} />
      <div role="status">
        {done && (
          <Note tone="good">
            <strong>{done}</strong>
          </Note>
        )}
      </div>
      {unsent > 0 ? (
        <button type="button" class="button" disabled={busy} onClick={() => void save()}>
          <Icon name="download" />
          {busy ? t.working : t.queue.rescue_do(unsent)}
        </button>
      ) : (
        <p class="quiet">{t.queue.rescue_none}</p>
      )}
    </div>
  );
}
