// Income of the 12 months before by item, what the household paid itself, claims and debts; sums run along.
import { MoneyField, TextField, Tick } from "../components/fields";
import { Icon } from "../components/Icon";
import { Note } from "../components/problems";
import { yuanWords } from "../components/words";
import type { IncomeItem } from "../types";
import { useTexts } from "../texts";
import type { PartProps } from "./Visit";
import { countedAsRule, emptyLine, sumsOf, type TypedLine, type TypedPaid } from "./visit_typed";

/** Items by group, in the form's order. */
function grouped(items: IncomeItem[]): [string, IncomeItem[]][] {
  const groups = new Map<string, IncomeItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups];
}

export function VisitMoney(props: PartProps) {
  const { typed, home, head, set, wrong } = props;
  const t = useTexts();
  const sums = sumsOf(typed, head.visit.income_items);
  const { sources } = home.prefill;
  return (
    <section class="sheet" aria-labelledby="money">
      <div class="sheet-head">
        <h2 id="money">{t.visit.money}</h2>
        <span class="quiet">{t.visit.money_hint}</span>
      </div>
      {sources.length > 0 && (
        <div class="sheet-body">
          <Note>
            <p>
              {t.visit.prefilled}
              {t.colon}
              {sources.join("；")}
            </p>
          </Note>
        </div>
      )}
      {grouped(head.visit.income_items).map(([group, items]) => (
        <details key={group} class="fold" open={items.some((item) => typed.income[item.code]?.yuan)}>
          <summary>
            {t.visit.groups[group] ?? group}
            <span class="number quiet">{yuanWords(sums.groups[group] ?? 0)}</span>
          </summary>
          <div class="fold-body">
            {items.map((item) => (
              <Line key={item.code} item={item} {...props} />
            ))}
          </div>
        </details>
      ))}
      <div class="sheet-body">
        <Paid {...props} />
        <div class="short">
          <MoneyField
            id="claims"
            label={t.visit.claims}
            wrong={wrong("claims")}
            value={typed.claims}
            onValue={(claims) => set({ claims })}
          />
          <MoneyField
            id="debts"
            label={t.visit.debts}
            wrong={wrong("debts")}
            value={typed.debts}
            onValue={(debts) => set({ debts })}
          />
        </div>
        <dl class="sums" aria-label={t.visit.money}>
          {[
            [t.visit.net, sums.asked ? yuanWords(sums.net) : "—"],
            [t.visit.net_head, perHead(sums.asked, sums.net, sums.people)],
            [t.visit.reference_head, perHead(sums.asked, sums.reference, sums.people)],
          ].map(([title, amount]) => (
            <div key={title} class="sum">
              <dt>{title}</dt>
              <dd>{amount}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">{t.visit.reference_words}</p>
      </div>
    </section>
  );
}

/** Rounded down to the fen: rounding never lifts anybody over a line. */
const perHead = (asked: boolean, fen: number, people: number): string =>
  asked && people > 0 ? yuanWords(Math.floor(fen / people)) : "—";

function Line({ item, typed, set, wrong }: PartProps & { item: IncomeItem }) {
  const t = useTexts();
  const line = typed.income[item.code] ?? emptyLine(item.code);
  const id = `income-${item.code}`;
  const change = (fields: Partial<TypedLine>) =>
    set({ income: { ...typed.income, [item.code]: { ...line, ...fields } } });
  return (
    <div class="money-line">
      <MoneyField id={id} label={item.title} wrong={wrong(id)} value={line.yuan} onValue={(yuan) => change({ yuan })} />
      {line.yuan.trim() && (
        <>
          <Tick label={t.visit.counted} on={line.counted} onTurn={(counted) => change({ counted })} />
          <TextField
            id={`${id}-note`}
            label={`${item.title} ${t.visit.line_note}`}
            maxLength={120}
            value={line.note}
            onValue={(note) => change({ note })}
            wrong={line.counted !== countedAsRule(item.code) && !line.note.trim() ? t.visit.say_why : ""}
          />
        </>
      )}
    </div>
  );
}

function Paid({ typed, set, wrong }: PartProps) {
  const t = useTexts();
  const change = (index: number, fields: Partial<TypedPaid>) =>
    set({ paid: typed.paid.map((cost, at) => (at === index ? { ...cost, ...fields } : cost)) });
  return (
    <fieldset>
      <legend class="legend">{t.visit.self_paid}</legend>
      {typed.paid.map((cost, index) => (
        <div key={index} class="money-line">
          <div class="short">
            <TextField
              id={`paid-what-${index}`}
              label={t.visit.paid_what}
              hint={t.visit.paid_what_hint}
              maxLength={60}
              wrong={wrong(`paid-what-${index}`)}
              value={cost.what}
              onValue={(what) => change(index, { what })}
            />
            <MoneyField
              id={`paid-yuan-${index}`}
              label={t.visit.paid_yuan}
              wrong={wrong(`paid-yuan-${index}`)}
              value={cost.yuan}
              onValue={(yuan) => change(index, { yuan })}
            />
          </div>
          <div class="switch-line">
            <Tick label={t.visit.vouchers} on={cost.vouchers} onTurn={(vouchers) => change(index, { vouchers })} />
            <button
              type="button"
              class="button button-quiet"
              onClick={() => set({ paid: typed.paid.filter((_, at) => at !== index) })}
            >
              <Icon name="trash" small />
              {t.visit.paid_remove}
            </button>
          </div>
        </div>
      ))}
      <button
        type="button"
        class="button"
        onClick={() => set({ paid: [...typed.paid, { what: "", yuan: "", vouchers: false }] })}
      >
        <Icon name="plus" />
        {t.visit.paid_add}
      </button>
    </fieldset>
  );
}
