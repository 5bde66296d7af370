// The household's parts one reads at the door: clues with what to ask, news, people, what is registered, what was.
import { Icon } from "../components/Icon";
import { dayWords, daysBetween, valueWords } from "../components/words";
import { to } from "../router";
import { type HomeView, useStore } from "../store";
import type { Field, Head } from "../types";
import { useTexts } from "../texts";

const NEWEST = 3; // news shown at once; the rest is folded

export function Clues({ home }: { home: HomeView }) {
  const t = useTexts();
  const { today } = useStore().snapshot();
  if (!home.clues.length) return null;
  return (
    <section class="sheet" aria-labelledby="clues">
      <div class="sheet-head">
        <h2 id="clues">{t.household.clues}</h2>
      </div>
      <ul class="rows">
        {home.clues.map((clue) => {
          const days = daysBetween(today, clue.due_on);
          const day = dayWords(clue.due_on, today);
          return (
            <li key={clue.id} class="sheet-body">
              <h3>
                {clue.risk_title}
                {t.colon}
                {clue.headline}
              </h3>
              <div class="tags">
                {clue.state === "open" && (
                  <span class={`tag ${days <= 0 ? "tag-red" : "tag-amber"}`}>
                    {days < 0 ? t.home.clue_overdue(day) : days === 0 ? t.home.clue_today : t.home.clue_due(day, days)}
                  </span>
                )}
                <span class="quiet fine">{t.household.opened(dayWords(clue.opened_on, today))}</span>
              </div>
              <Sentences title={t.household.evidence} sentences={clue.evidence} />
              <Sentences title={t.household.explain} sentences={clue.explain} ask />
              {clue.state === "open" ? (
                <a class="button button-main" href={to.visit(home.id, clue.id)}>
                  <Icon name="edit" />
                  {t.household.visit_clue}
                </a>
              ) : (
                <p class="quiet">{t.household.clue_checked}</p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Sentences({ title, sentences, ask }: { title: string; sentences: string[]; ask?: boolean }) {
  if (!sentences.length) return null;
  return (
    <div class={ask ? "ask" : undefined}>
      <strong>{title}</strong>
      <ul class="points">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

export function News({ home }: { home: HomeView }) {
  const t = useTexts();
  const { today } = useStore().snapshot();
  if (!home.news.length) return null;
  return (
    <section class="sheet" aria-labelledby="news">
      <div class="sheet-head">
        <h2 id="news">{t.household.news}</h2>
      </div>
      <NewsRows news={home.news.slice(0, NEWEST)} today={today} />
      {home.news.length > NEWEST && (
        <details class="fold">
          <summary>{t.household.news_more(home.news.length - NEWEST)}</summary>
          <NewsRows news={home.news.slice(NEWEST)} today={today} />
        </details>
      )}
    </section>
  );
}

function NewsRows({ news, today }: { news: HomeView["news"]; today: string }) {
  return (
    <ul class="rows">
      {news.map((one, index) => (
        <li key={index} class="plain-row">
          {one.words}
          <span class="row-why">
            {one.from} · {dayWords(one.on, today)}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Members({ home }: { home: HomeView }) {
  const t = useTexts();
  return (
    <section class="sheet" aria-labelledby="members">
      <div class="sheet-head">
        <h2 id="members">{t.household.members}</h2>
        <span class="quiet">{t.household.people(home.members.length)}</span>
      </div>
      <ul class="rows">
        {home.members.map((member) => (
          <li key={member.id} class="plain-row">
            <strong>{member.name}</strong> {!member.present && <span class="tag tag-amber">{t.household.away}</span>}
            <span class="row-why">
              {[
                member.relation,
                t.sex[member.sex] ?? member.sex,
                member.age === null ? "" : t.years(member.age),
                member.phone,
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** As the server sends fields: beside the four kinds also several choices joined in one text, and a telephone number. */
export interface AskedField extends Omit<Field, "kind"> {
  kind: Field["kind"] | "several" | "phone";
  joined_by?: string;
}

/** A section's fields with what is registered; "mine" where this phone changed it and has not sent it yet. */
export interface SectionFields {
  section: string;
  title: string;
  fields: AskedField[];
}

/** A field's name inside its section: the last part of its code, as in "living.safe_water". */
export const nameOf = (field: AskedField): string => field.code.slice(field.code.lastIndexOf(".") + 1);

/** The household's own fields first, then each member's. Only sections that the phone knows. */
export function sectionsOf(home: HomeView, head: Head, householdTitle: string): SectionFields[] {
  const fields: AskedField[] = head.fields;
  const own = fields.filter((field) => field.of === "household");
  const persons = fields.filter((field) => field.of === "person");
  const parts: SectionFields[] = Object.keys(home.sections)
    .filter((section) => !section.startsWith("person:"))
    .map((section) => ({
      section,
      title: householdTitle,
      fields: own.filter((field) => nameOf(field) in home.sections[section]!.values),
    }));
  for (const member of home.members) {
    const section = home.sections[`person:${member.id}`];
    if (section) {
      parts.push({
        section: `person:${member.id}`,
        title: member.name,
        fields: persons.filter((field) => nameOf(field) in section.values),
      });
    }
  }
  return parts.filter((part) => part.fields.length);
}

export function Answers({ home, head }: { home: HomeView; head: Head }) {
  const t = useTexts();
  const parts = sectionsOf(home, head, t.entry.household_fields);
  if (!parts.length) return null;
  return (
    <section class="sheet" aria-labelledby="answers">
      <div class="sheet-head">
        <h2 id="answers">{t.household.answers}</h2>
      </div>
      {parts.map((part) => (
        <details key={part.section} class="fold" open={part.section === "living"}>
          <summary>{part.title}</summary>
          <dl class="pairs fold-body">
            {part.fields.map((field) => (
              <div key={field.code}>
                <dt>{field.title}</dt>
                <dd>
                  {valueWords(field, home.sections[part.section]?.values[nameOf(field)])}
                  {home.mine.includes(`${part.section}.${nameOf(field)}`) && (
                    <span class="tag tag-amber">{t.home.saved_here}</span>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </section>
  );
}

export function History({ home }: { home: HomeView }) {
  const t = useTexts();
  const { today } = useStore().snapshot();
  const past = [
    ...home.visits.map((visit) => ({
      on: visit.on,
      by: visit.by,
      title: visit.purposes.join(t.comma),
      words: [visit.conclusion, visit.reason].filter(Boolean).join(t.colon),
    })),
    ...home.entries.map((entry) => ({ on: entry.on, by: entry.by, title: entry.result_title, words: entry.words })),
  ].sort((a, b) => (a.on < b.on ? 1 : -1));
  return (
    <section class="sheet" aria-labelledby="history">
      <div class="sheet-head">
        <h2 id="history">{t.household.history}</h2>
      </div>
      {past.length === 0 && <p class="sheet-body quiet">{t.household.history_none}</p>}
      <ul class="rows">
        {past.map((one, index) => (
          <li key={index} class="plain-row">
            <strong>{one.title}</strong>
            {one.words && <p>{one.words}</p>}
            <span class="row-why">
              {dayWords(one.on, today)} · {one.by}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
