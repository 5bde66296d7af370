// What every screen stands in: title, state of sending, the screen, the places below.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { type Snapshot, type SyncState, useStore } from "../store";
import { to } from "../router";
import { type Texts, useTexts } from "../texts";
import { say } from "./flash";
import { Icon, type IconName } from "./Icon";
import { momentWords } from "./words";

export type PlaceName = "home" | "queue" | "conflicts" | "settings";

interface FrameProps {
  title: string;
  small?: string;
  /** Where the arrow leads; none on the four places. */
  back?: string;
  here?: PlaceName;
  /** Stands fixed below instead of the places: what a form ends with. */
  foot?: ComponentChildren;
  children: ComponentChildren;
}

export function Frame({ title, small, back, here, foot, children }: FrameProps) {
  const t = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  // A new screen begins at its heading, for the eye and for a screen reader.
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
    document.title = `${title} · ${t.app}`;
    if (foot) say(""); // the sentence about the form before would lie over this one's button
  }, [title]);
  return (
    <div class="app">
      <header class="top">
        <div class="top-line">
          {back && (
            <a class="top-button" href={back} aria-label={t.back}>
              <Icon name="chevronLeft" />
            </a>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
            {small && <small>{small}</small>}
          </h1>
        </div>
      </header>
      <NetLine />
      <main class="page">{children}</main>
      {foot ? (
        <div class="save-bar">
          <div>{foot}</div>
        </div>
      ) : (
        <Places here={here} />
      )}
    </div>
  );
}

/** One line that always tells where what was written is; it leads to the queue. */
function NetLine() {
  const t = useTexts();
  const snapshot = useStore().snapshot();
  const state = netState(snapshot, t);
  return (
    <a class={`net net-${state.tone}`} href={snapshot.sync.needsLogIn ? to.logIn : to.queue}>
      <div class="net-line">
        <Icon name={state.icon} />
        <span role="status" aria-live="polite">
          {state.words}
        </span>
        <Icon name="chevronRight" small />
      </div>
    </a>
  );
}

export function netState(
  snapshot: Snapshot,
  t: Texts,
): { words: string; tone: "good" | "waiting" | "trouble"; icon: IconName } {
  const { counts, sync, online, lastContact } = snapshot;
  if (sync.needsLogIn) return { words: t.net.needs_log_in, tone: "trouble", icon: "key" };
  if (sync.running) return { words: syncWords(snapshot, t), tone: "good", icon: "refresh" };
  if (counts.refused) return { words: t.net.refused(counts.refused), tone: "trouble", icon: "alertTriangle" };
  const waiting = counts.saved + counts.sending;
  if (waiting) return { words: t.net.waiting(waiting), tone: "waiting", icon: online ? "cloudUpload" : "cloudOff" };
  if (!online) return { words: t.net.offline, tone: "waiting", icon: "cloudOff" };
  if (sync.problem) return { words: t.net.trouble, tone: "waiting", icon: "cloudOff" };
  if (!lastContact) return { words: t.net.never, tone: "waiting", icon: "cloudOff" };
  return { words: `${t.net.sent} · ${t.net.last(momentWords(lastContact))}`, tone: "good", icon: "cloudCheck" };
}

/** How far the phase is in percent; null where there is nothing to count or nothing is done yet. */
export const percentOf = ({ total, done }: SyncState): number | null =>
  total && done ? Math.min(100, Math.round((100 * done) / total)) : null;

export function syncWords({ sync }: Snapshot, t: Texts): string {
  if (!sync.phase) return t.queue.syncing;
  const percent = percentOf(sync);
  return percent === null ? t.net.phases[sync.phase] : `${t.net.phases[sync.phase]} ${percent}%`;
}

function Places({ here }: { here: PlaceName | undefined }) {
  const t = useTexts();
  const { counts, updateWaits } = useStore().snapshot();
  const places: [PlaceName, string, IconName, number][] = [
    ["home", to.today, "home", 0],
    ["queue", to.queue, "cloudUpload", counts.saved + counts.sending + counts.refused],
    ["conflicts", to.conflicts, "arrowsLeftRight", counts.conflictsOpen],
    ["settings", to.settings, "settings", Number(updateWaits)],
  ];
  return (
    <nav class="places" aria-label={t.places_title}>
      <ul>
        {places.map(([name, address, icon, count]) => (
          <li key={name}>
            <a class="place" href={address} aria-current={here === name ? "page" : undefined}>
              <Icon name={icon} />
              <span>{t.places[name]}</span>
              {count > 0 && (
                <span class="place-count">
                  {count}
                  <span class="unseen">{t.places_count[name]}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A page without places: before the app is open. */
export function Bare({
  title,
  children,
  aside,
}: {
  title: string;
  children: ComponentChildren;
  aside?: ComponentChildren;
}) {
  const t = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    document.title = `${title} · ${t.app}`;
  }, [title]);
  return (
    <div class="bare">
      <div class="bare-in">
        <header class="brand">
          <span class="brand-mark" aria-hidden="true">
            三
          </span>
          <span class="brand-words">
            <strong>{t.app}</strong>
            {t.county}
          </span>
          {aside}
        </header>
        <main class="sheet">
          <div class="sheet-body">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {children}
          </div>
        </main>
      </div>
    </div>
  );
}
