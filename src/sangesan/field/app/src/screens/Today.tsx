// The first screen: how far the round is, what is in force, what comes first, then every household.
import { useState } from "preact/hooks";

import { OneOf, TextField } from "../components/fields";
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { Note } from "../components/problems";
import { dayWords, momentWords } from "../components/words";
import { to } from "../router";
import { type HomeView, useStore } from "../store";
import type { Alert, Head } from "../types";
import { useTexts } from "../texts";
import { firstOf, found, walkedOf } from "./today_order";

export function Today() {
  const t = useTexts();
  const store = useStore();
  const snapshot = store.snapshot();
  const head = store.head();
  const homes = store.homes();
  return (
    <Frame
      title={t.home.title}
      small={[snapshot.grid?.title, snapshot.worker?.name].filter(Boolean).join(" · ")}
      here="home"
    >
      {head && homes.length ? <Work head={head} homes={homes} /> : <Nothing />}
    </Frame>
  );
}

function Nothing() {
  const t = useTexts();
  const store = useStore();
  const { running } = store.snapshot().sync;
  return (
    <div class="sheet empty">
      <Icon name="refresh" />
      <h2>{running ? t.home.fetching : t.home.empty}</h2>
      <p>{running ? t.home.fetching_words : t.home.empty_remedy}</p>
      <button type="button" class="button button-main" disabled={running} onClick={() => void store.sync()}>
        {running ? t.queue.syncing : t.queue.sync}
      </button>
    </div>
  );
}

function Work({ head, homes }: { head: Head; homes: HomeView[] }) {
  const t = useTexts();
  const store = useStore();
  const { today, storage, counts } = store.snapshot();
  const first = firstOf(homes, store.conflicts(), store.queue(), today, t);
  return (
    <>
      <RoundSheet head={head} homes={homes} today={today} />
      {head.alerts.length > 0 && <Alerts alerts={head.alerts} />}
      {head.notes.map((note) => (
        <Note key={note}>
          <p>{note}</p>
        </Note>
      ))}
      {storage === "refused" && counts.unsent > 0 && (
        <Note tone="care">
          <p>{t.gate.promise_no}</p>
          <a href={to.queue}>{t.queue.title}</a>
        </Note>
      )}
      <section class="sheet" aria-labelledby="first">
        <div class="sheet-head">
          <h2 id="first">{t.home.first}</h2>
        </div>
        {first.length === 0 && <p class="sheet-body quiet">{t.home.first_none}</p>}
        <ul class="rows">
          {first.map((line) => (
            <li key={line.key}>
              <a class="row" href={line.address}>
                <span class="row-words">
                  <strong>{line.who}</strong>
                  <span class="tags">
                    <span class={`tag tag-${line.tone}`}>{line.kind}</span>
                    {line.home?.done && <Walked home={line.home} today={today} />}
                    <span class={line.late ? "wrong" : "quiet fine"}>{line.when}</span>
                  </span>
                  <span class="row-why">{line.words}</span>
                </span>
                <Icon name="chevronRight" small />
              </a>
            </li>
          ))}
        </ul>
      </section>
      <Households head={head} homes={homes} above={new Set(first.flatMap((line) => line.home?.id ?? []))} />
    </>
  );
}

/** Whether one was there in this round: the same words wherever a household stands. */
function Walked({ home, today }: { home: HomeView; today: string }) {
  const t = useTexts();
  return home.done ? (
    <span class="tag tag-green">✓ {t.home.seen(dayWords(home.done, today))}</span>
  ) : (
    <span class="tag">{t.home.not_seen}</span>
  );
}

function RoundSheet({ head, homes, today }: { head: Head; homes: HomeView[]; today: string }) {
  const t = useTexts();
  const { done, all } = walkedOf(homes);
  if (!head.round) {
    return (
      <section class="sheet sheet-body">
        <h2>{t.home.no_round}</h2>
        <p class="quiet">{t.home.no_round_words}</p>
      </section>
    );
  }
  return (
    <section class="sheet sheet-body" aria-labelledby="round">
      <div>
        <h2 id="round">{head.round.title}</h2>
        <p class="quiet fine">
          {t.home.round(dayWords(head.round.starts_on, today), dayWords(head.round.ends_on, today))}
        </p>
      </div>
      <div>
        <p class="sum">
          <strong>{t.home.walked(done, all)}</strong>
          <span>{t.home.left(all - done)}</span>
        </p>
        <div
          class="bar"
          role="progressbar"
          aria-valuemin={0}
          aria-valuemax={all}
          aria-valuenow={done}
          aria-labelledby="round"
        >
          <div style={{ width: `${all ? (100 * done) / all : 0}%` }} />
        </div>
      </div>
    </section>
  );
}

const COLOURS = ["red", "orange", "yellow", "blue"];

function Alerts({ alerts }: { alerts: Alert[] }) {
  const t = useTexts();
  return (
    <section aria-label={t.home.alerts}>
      {alerts.map((alert) => (
        <div key={alert.id} class={`note ${COLOURS.includes(alert.colour) ? `alert-${alert.colour}` : ""}`}>
          <Icon name="alertTriangle" />
          <div>
            <p>
              <span class="alert-word">{alert.colour_title}</span> <strong>{alert.title}</strong>
            </p>
            {alert.words && <p>{alert.words}</p>}
            {alert.until && <p class="quiet fine">{t.home.until(momentWords(alert.until))}</p>}
          </div>
        </div>
      ))}
    </section>
  );
}

type Filter = "left" | "key" | "all";
// Kept while the app is open, so that "back" from a household finds the list as it was.
let lastFilter: Filter = "left";
let lastSearch = "";

/** above: households that stand under what comes first; a search and "all" show them here too. */
function Households({ head, homes, above }: { head: Head; homes: HomeView[]; above: Set<number> }) {
  const t = useTexts();
  const [filter, setFilter] = useState<Filter>(lastFilter);
  const [search, setSearch] = useState(lastSearch);
  lastFilter = filter;
  lastSearch = search;
  const left = homes.filter((home) => !home.done);
  const key = homes.filter((home) => home.groups.length);
  const whole = found(filter === "left" ? left : filter === "key" ? key : homes, search, head);
  const listed = filter === "all" || search.trim() ? whole : whole.filter((home) => !above.has(home.id));
  const elsewhere = whole.length - listed.length;
  const ahead = listed.filter((home) => home.groups.length && !home.done);
  const rest = listed.filter((home) => !ahead.includes(home));
  return (
    <section class="sheet" aria-labelledby="households">
      <div class="sheet-head">
        <h2 id="households">{t.home.households}</h2>
        <span class="quiet" role="status">
          {t.home.found(whole.length)}
        </span>
      </div>
      <div class="sheet-body">
        <TextField id="search" label={t.home.search} type="search" value={search} onValue={setSearch} />
        <OneOf
          id="filter"
          label={t.home.filter}
          hideLabel
          value={filter}
          onValue={(chosen) => setFilter(chosen as Filter)}
          choices={[
            { value: "left", title: `${t.home.left_tab} ${left.length}` },
            { value: "key", title: `${t.home.key_tab} ${key.length}` },
            { value: "all", title: `${t.home.all} ${homes.length}` },
          ]}
        />
      </div>
      {elsewhere > 0 && <p class="sheet-body quiet fine">{t.home.above(elsewhere)}</p>}
      {whole.length === 0 && (
        <div class="empty">
          <p>{!left.length && filter === "left" && !search ? t.home.all_walked : t.home.nothing}</p>
          {search && <p>{t.home.nothing_remedy}</p>}
        </div>
      )}
      {ahead.length > 0 && <h3 class="list-title">{t.home.key}</h3>}
      <HouseholdRows homes={ahead} head={head} />
      {ahead.length > 0 && rest.length > 0 && <h3 class="list-title">{t.home.rest}</h3>}
      <HouseholdRows homes={rest} head={head} />
    </section>
  );
}

function HouseholdRows({ homes, head }: { homes: HomeView[]; head: Head }) {
  const t = useTexts();
  const { today } = useStore().snapshot();
  return (
    <ul class="rows">
      {homes.map((home) => (
        <li key={home.id}>
          <a class="row" href={to.home(home.id)}>
            <span class="row-words">
              <strong>{home.head}</strong>
              <span class="tags">
                <Walked home={home} today={today} />
                {home.pending.length > 0 && <span class="tag tag-amber">{t.home.saved_here}</span>}
                {home.drafts.length > 0 && <span class="tag tag-amber">{t.home.draft}</span>}
                {home.groups.map((group) => (
                  <span key={group.code} class="tag">
                    {head.groups[group.code] ?? group.code}
                  </span>
                ))}
              </span>
              <span class="row-why">{home.address}</span>
            </span>
            <Icon name="chevronRight" small />
          </a>
        </li>
      ))}
    </ul>
  );
}
