// What is saved here, on its way, sent, refused and why; contact, storage and the rescue file.
import { useState } from "preact/hooks";

import { Frame, percentOf, syncWords } from "../components/Frame";
import { Icon, type IconName } from "../components/Icon";
import { Note, ProblemNote, problemOf, problemWords } from "../components/problems";
import { bytesWords, dayWords, daysUntil, momentWords } from "../components/words";
import { go, to } from "../router";
import { type QueueItem, type QueueState, useStore } from "../store";
import type { Problem } from "../types";
import { useTexts } from "../texts";
import { Rescue } from "./Rescue";

const WAITING: QueueState[] = ["saved", "sending"];
const SHOWN = 20; // of what was sent; the rest on demand

export function Queue() {
  const t = useTexts();
  const queue = useStore().queue();
  const [all, setAll] = useState(false);
  const refused = queue.filter((item) => item.state === "refused" && !item.mendedBy);
  const waiting = queue.filter((item) => WAITING.includes(item.state));
  const sent = queue.filter((item) => !refused.includes(item) && !waiting.includes(item));
  return (
    <Frame title={t.queue.title} here="queue">
      <SyncSheet />
      {refused.length > 0 && (
        <List id="refused" title={t.queue.refused} small={t.queue.refused_words} items={refused} empty="" />
      )}
      <List id="waiting" title={t.queue.waiting} items={waiting} empty={t.queue.waiting_none} />
      <List id="sent" title={t.queue.sent} items={all ? sent : sent.slice(0, SHOWN)} empty={t.queue.sent_none} />
      {!all && sent.length > SHOWN && (
        <button type="button" class="button" onClick={() => setAll(true)}>
          {t.queue.more(sent.length - SHOWN)}
        </button>
      )}
      <Contact />
    </Frame>
  );
}

function SyncSheet() {
  const t = useTexts();
  const store = useStore();
  const snapshot = store.snapshot();
  const { sync } = snapshot;
  const percent = percentOf(sync);
  return (
    <section class="sheet sheet-body" aria-label={t.queue.sync}>
      <button type="button" class="button button-main big" disabled={sync.running} onClick={() => void store.sync()}>
        <Icon name="refresh" />
        {sync.running ? t.queue.syncing : t.queue.sync}
      </button>
      {sync.running && (
        <>
          {percent !== null && (
            <div
              class="bar"
              role="progressbar"
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={percent}
              aria-label={t.queue.syncing}
            >
              <div style={{ width: `${percent}%` }} />
            </div>
          )}
          <p class="fine">{syncWords(snapshot, t)}</p>
        </>
      )}
      {!sync.running && <ProblemNote problem={sync.problem} tone={snapshot.online ? "bad" : "care"} />}
      {sync.needsLogIn && (
        <Note tone="bad">
          <strong>{t.gate.expired}</strong>
          <a class="button" href={to.logIn}>
            {t.gate.title_again}
          </a>
        </Note>
      )}
    </section>
  );
}

function List({
  id,
  title,
  small,
  items,
  empty,
}: {
  id: string;
  title: string;
  small?: string;
  items: QueueItem[];
  empty: string;
}) {
  return (
    <section class="sheet" aria-labelledby={id}>
      <div class="sheet-head">
        <h2 id={id}>
          {title} <span class="number">{items.length > 0 && items.length}</span>
        </h2>
        {small && <span class="quiet">{small}</span>}
      </div>
      {items.length === 0 && <p class="sheet-body quiet">{empty}</p>}
      <ul class="rows">
        {items.map((item) => (
          <li key={item.id}>
            <Item item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const LOOKS: Record<QueueState, [IconName, string]> = {
  saved: ["deviceMobile", "tag-amber"],
  sending: ["cloudUpload", "tag-amber"],
  sent: ["circleCheck", "tag-green"],
  conflict: ["arrowsLeftRight", "tag-amber"],
  refused: ["alertTriangle", "tag-red"],
};

function Item({ item }: { item: QueueItem }) {
  const t = useTexts();
  const store = useStore();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [icon, look] = LOOKS[item.state];
  const mend = async () => {
    try {
      const draft = await store.mend(item.id);
      if (item.kind === "inspection") go(to.checklist(item.household));
      else if (item.kind === "finding") go(to.finding(item.household));
      else if (item.kind === "visit") go(to.visit(item.household));
      else go(to.patrol(item.household, draft.patrol?.result === "clue" ? "clue" : "changed"));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const retry = () => store.retry(item.id).catch((error: unknown) => setProblem(problemOf(error)));
  const files = [item.photos > 0 && t.queue.with_photos(item.photos), item.voices > 0 && t.queue.with_voice];
  const left =
    WAITING.includes(item.state) && item.bytes > item.sent ? t.queue.bytes(bytesWords(item.bytes - item.sent)) : "";
  return (
    <div class="plain-row item">
      <p>
        <strong>{item.title || t.queue.no_home}</strong> · {item.begins ? t.inspect.begin : t.queue.kinds[item.kind]}
      </p>
      <p>
        <span class={`tag ${look}`}>
          <Icon name={icon} small /> {item.mendedBy ? t.queue.mended : t.queue.states[item.state]}
        </span>
      </p>
      <p class="quiet fine">
        {[t.queue.made(momentWords(item.savedAt)), ...files, left, item.number ? t.queue.number(item.number) : ""]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {item.why && !item.mendedBy && (
        <Note tone={item.state === "refused" ? "bad" : "care"}>
          <strong>{problemWords(item.why)}</strong>
          {item.why.remedy && <p>{item.why.remedy}</p>}
        </Note>
      )}
      {item.state === "conflict" && (
        <a class="button" href={to.conflicts}>
          {t.queue.to_conflicts}
        </a>
      )}
      {item.canMend && (
        <button type="button" class="button button-main" onClick={() => void mend()}>
          <Icon name="edit" />
          {t.queue.mend}
        </button>
      )}
      {item.canRetry && (
        <button type="button" class="button" onClick={() => void retry()}>
          {t.queue.retry}
        </button>
      )}
      <ProblemNote problem={problem} />
    </div>
  );
}

function Contact() {
  const t = useTexts();
  const store = useStore();
  const { lastContact, locksAt, storage, today } = store.snapshot();
  return (
    <>
      <section class="sheet sheet-body" aria-labelledby="contact">
        <h2 id="contact">{t.queue.contact}</h2>
        <dl class="pairs">
          <div>
            <dt>{t.queue.last}</dt>
            <dd>{lastContact ? momentWords(lastContact) : t.queue.never}</dd>
          </div>
          {locksAt !== null && (
            <div>
              <dt>{t.queue.lock}</dt>
              <dd>{t.queue.days_left(daysUntil(locksAt))}</dd>
            </div>
          )}
          <div>
            <dt>{t.queue.today}</dt>
            <dd>{dayWords(today)}</dd>
          </div>
        </dl>
        <p class="quiet fine">{t.queue.days_words}</p>
      </section>
      <section class="sheet sheet-body" aria-labelledby="storage">
        <h2 id="storage">{t.queue.storage}</h2>
        <p>{t.gate.promise}</p>
        {storage === "refused" ? (
          <Note tone="care">
            <p>{t.queue.stored_no}</p>
            <button type="button" class="button" onClick={() => void store.askPersistence()}>
              {t.queue.stored_ask}
            </button>
          </Note>
        ) : (
          <p class="quiet">{storage === "kept" ? t.queue.stored_ok : t.queue.stored_unknown}</p>
        )}
        <div class="split">
          <Rescue />
        </div>
      </section>
    </>
  );
}
