// What stands above a form: what it mends, or that it was taken up again and how to begin anew.
import { useState } from "preact/hooks";

import { Note, problemWords } from "../components/problems";
import { useStore } from "../store";
import { useTexts } from "../texts";
import type { Writing } from "./draft";

export function Beginning({ writing }: { writing: Writing }) {
  const t = useTexts();
  const store = useStore();
  const [sure, setSure] = useState(false);
  const replaces = writing.draft?.replaces;
  const refused = replaces ? store.queue().find((item) => item.id === replaces) : undefined;
  if (replaces) {
    return (
      <Note tone="care">
        <strong>{t.entry.mends}</strong>
        {refused?.why && <p>{problemWords(refused.why)}</p>}
        {refused?.why?.remedy && <p>{refused.why.remedy}</p>}
      </Note>
    );
  }
  if (!writing.restored) return null;
  return (
    <Note tone="good">
      <p>{t.entry.draft_back}</p>
      <button
        type="button"
        class="button"
        onClick={() => {
          if (sure) void writing.drop();
          setSure(!sure);
        }}
      >
        {sure ? t.entry.draft_drop_sure : t.entry.draft_drop}
      </button>
    </Note>
  );
}
