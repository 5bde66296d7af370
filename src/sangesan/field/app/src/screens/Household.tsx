// One household: what is urgent, the big buttons, then everything the phone knows about it.
import { Frame } from "../components/Frame";
import { Icon } from "../components/Icon";
import { Note } from "../components/problems";
import { dayWords, momentWords } from "../components/words";
import { to } from "../router";
import { type HomeView, now, useStore } from "../store";
import type { Head } from "../types";
import { useTexts } from "../texts";
import { Answers, Clues, History, Members, News } from "./household_parts";
import { Quick } from "./Quick";

export function Household({ id }: { id: number }) {
  const t = useTexts();
  const store = useStore();
  const home = store.home(id);
  const head = store.head();
  if (!home || !head) {
    return (
      <Frame title={t.household.gone} back={to.today}>
        <Note>
          <p>{t.household.gone_remedy}</p>
        </Note>
      </Frame>
    );
  }
  return (
    <Frame
      title={t.household.household(home.head)}
      small={[home.place, home.address].filter(Boolean).join(" ")}
      back={to.today}
    >
      <State home={home} />
      <Quick home={home} head={head} />
      <KeyGroups home={home} head={head} />
      <Clues home={home} />
      <News home={home} />
      <Members home={home} />
      <Answers home={home} head={head} />
      <History home={home} />
    </Frame>
  );
}

/** What one must know before one knocks: walked already, urgent tasks, what waits here, a form half written. */
function State({ home }: { home: HomeView }) {
  const t = useTexts();
  const { today } = useStore().snapshot();
  return (
    <section class="sheet sheet-body" aria-label={home.head}>
      <div class="tags">
        {home.done ? (
          <span class="tag tag-green">✓ {t.household.walked(dayWords(home.done, today))}</span>
        ) : (
          <span class="tag">{t.home.not_seen}</span>
        )}
        {home.stage_title && <span class="tag">{home.stage_title}</span>}
        {home.relocated && <span class="tag">{t.household.relocated}</span>}
        <span class="quiet fine number">{home.code}</span>
      </div>
      {home.tasks.map((task) => (
        <Note key={task.id} tone="bad">
          <strong>
            {t.home.task}
            {t.colon}
            {task.title}
          </strong>
          <p>{task.why}</p>
          <p>
            {Date.parse(task.due_at) < now()
              ? t.home.overdue_task(momentWords(task.due_at))
              : t.home.before(momentWords(task.due_at))}
          </p>
        </Note>
      ))}
      {home.case && (
        <p>
          <Icon name="flag" small /> {t.household.case}
          {t.colon}
          {home.case.title}
          {home.case.due_on && ` · ${t.household.case_due(dayWords(home.case.due_on, today))}`}
        </p>
      )}
      {home.pending.length > 0 && (
        <Note tone="care">
          <p>{t.household.unsent(home.pending.length)}</p>
          <a href={to.queue}>{t.queue.title}</a>
        </Note>
      )}
      {home.drafts.map((kind) => (
        <Note key={kind} tone="care">
          <p>
            {t.household.draft}（{t.queue.kinds[kind]}）
          </p>
          <a class="button" href={kind === "visit" ? to.visit(home.id) : to.patrol(home.id, "changed")}>
            {t.household.draft_go}
          </a>
        </Note>
      ))}
    </section>
  );
}

function KeyGroups({ home, head }: { home: HomeView; head: Head }) {
  const t = useTexts();
  if (!home.groups.length) return null;
  return (
    <section class="sheet" aria-labelledby="key">
      <div class="sheet-head">
        <h2 id="key">{t.household.key}</h2>
      </div>
      <ul class="rows">
        {home.groups.map((group) => (
          <li key={group.code} class="plain-row">
            <span class="tag">{head.groups[group.code] ?? group.code}</span> {group.words}
          </li>
        ))}
      </ul>
    </section>
  );
}
