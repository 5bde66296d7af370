// A line icon beside words; never the only bearer of a meaning, so screen readers pass over it.
import { ICONS, type IconName } from "./icon_paths";

export type { IconName };

export function Icon({ name, small }: { name: IconName; small?: boolean }) {
  return (
    <svg class={small ? "icon icon-small" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={ICONS[name]} />
    </svg>
  );
}
