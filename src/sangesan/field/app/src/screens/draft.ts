// A form being written: taken up where it was left, kept at every keystroke, gone only when it is saved or thrown away.
import { useEffect, useRef, useState } from "preact/hooks";

import { type Draft, type QueueItem, store } from "../store";
import type { Problem } from "../types";
import { problemOf } from "../components/problems";

export interface Writing {
  draft: Draft | null;
  /** Whether something written before was taken up again. */
  restored: boolean;
  problem: Problem | null;
  change: (how: (draft: Draft) => Draft) => void;
  /** As change, for what the phone adds by itself: kept only once something is written. */
  fill: (how: (draft: Draft) => Draft) => void;
  /** What was written is thrown away and the form begun anew. */
  drop: () => Promise<void>;
  /** Saves the form in the queue; null where it could not be kept (the problem then says why, nothing is lost). */
  submit: () => Promise<QueueItem | null>;
  saving: boolean;
}

/** prepare: what a new form is given beyond what the core fills in; once per opening, for a taken-up one too. */
export function useDraft(household: number, kind: Draft["kind"], prepare: (draft: Draft) => Draft): Writing {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [restored, setRestored] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saving, setSaving] = useState(false);
  const newest = useRef<Draft | null>(null);
  const over = useRef(false);

  const show = (next: Draft) => {
    newest.current = next;
    setDraft(next);
  };
  const open = async () => {
    const before = await store.loadDraft(household, kind);
    setRestored(before !== null && !before.replaces);
    show(prepare(await store.beginDraft(household, kind)));
  };
  useEffect(() => {
    store.writing(true);
    open().catch((error: unknown) => setProblem(problemOf(error)));
    return () => store.writing(false);
  }, [household, kind]);

  const change = (how: (draft: Draft) => Draft) => {
    if (!newest.current || over.current) return;
    show(how(newest.current));
    store.saveDraft(newest.current).catch((error: unknown) => setProblem(problemOf(error)));
  };
  const fill = (how: (draft: Draft) => Draft) => {
    if (newest.current && !over.current) show(how(newest.current));
  };
  const drop = async () => {
    if (newest.current) await store.dropDraft(newest.current);
    await open();
    setRestored(false);
  };
  const submit = async () => {
    if (!newest.current || saving) return null;
    setSaving(true);
    over.current = true; // a photo that is still being shrunk must not bring the draft back
    try {
      return await store.submit(newest.current);
    } catch (error) {
      over.current = false;
      setProblem(problemOf(error));
      return null;
    } finally {
      setSaving(false);
    }
  };
  return { draft, restored, problem, change, fill, drop, submit, saving };
}
