// The foot of a form: what is wrong with it, and the button that saves it.
import { useTexts } from "../texts";
import type { Problem } from "../types";
import { Icon } from "./Icon";
import { ProblemNote } from "./problems";

export function SaveFoot({ problem, saving, onSave }: { problem: Problem | null; saving: boolean; onSave: () => void }) {
  const t = useTexts();
  return (
    <>
      <ProblemNote problem={problem} />
      <button type="button" class="button button-main big" disabled={saving} onClick={onSave}>
        <Icon name="check" />
        {saving ? t.entry.saving : t.entry.save}
      </button>
    </>
  );
}
