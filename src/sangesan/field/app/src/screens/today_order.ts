// What comes first today, and which households a search means. Plain: no store, no page.
import { problemWords } from "../components/problems";
import { dayWords, daysBetween, momentWords } from "../components/words";
import { to } from "../router";
import { type HomeView, now, type QueueItem } from "../store";
import type { Conflict, Head } from "../types";
import type { Texts } from "../texts";

const SOON = 7; // days before a clue's day from which it stands among what comes first

export interface FirstLine {
  key: string;
  who: string;
  kind: string;
  tone: "red" | "amber" | "plain";
  when: string;
  late: boolean;
  words: string;
  address: string;
  /** The household to which the line leads; null where it leads elsewhere. */
  home: HomeView | null;
  /** Earlier comes first; what has no hour comes after what has one. */
  order: string;
}

/** Urgent looks by their hour, refused forms, clues by their day, conflicts. */
export function firstOf(
  homes: HomeView[],
  conflicts: Conflict[],
  queue: QueueItem[],
  today: string,
  t: Texts,
): FirstLine[] {
  return [
    ...homes.flatMap((home) => tasksOf(home, t)).sort(byOrder),
    ...queue.filter((item) => item.canMend).map((item) => refusedLine(item, t)),
    ...homes.flatMap((home) => cluesOf(home, today, t)).sort(byOrder),
    ...conflictsOf(homes, conflicts, t),
  ];
}

const byOrder = (a: FirstLine, b: FirstLine): number => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0);

function tasksOf(home: HomeView, t: Texts): FirstLine[] {
  return home.tasks.map((task) => {
    const late = Date.parse(task.due_at) < now();
    const hour = momentWords(task.due_at);
    return {
      key: `task-${task.id}`,
      who: home.head,
      kind: t.home.task,
      tone: "red",
      late,
      order: task.due_at,
      when: late ? t.home.overdue_task(hour) : t.home.before(hour),
      words: [task.title, task.why].filter(Boolean).join(t.full_stop),
      address: to.home(home.id),
      home,
    };
  });
}

/** One line for a household however many clues it has: one goes there once. A check that waits to be sent answers them. */
function cluesOf(home: HomeView, today: string, t: Texts): FirstLine[] {
  const open = home.clues.filter((clue) => clue.state === "open").sort((a, b) => (a.due_on < b.due_on ? -1 : 1));
  const clue = open[0];
  if (!clue || home.pending.some((item) => item.kind === "visit")) return [];
  const days = daysBetween(today, clue.due_on);
  if (days > SOON) return [];
  const day = dayWords(clue.due_on, today);
  const words = [clue.risk_title, clue.headline].filter(Boolean).join(t.colon);
  return [
    {
      key: `clue-${home.id}`,
      who: home.head,
      kind: t.home.clue,
      tone: days <= 0 ? "red" : "amber",
      late: days < 0,
      when: days < 0 ? t.home.clue_overdue(day) : days === 0 ? t.home.clue_today : t.home.clue_due(day, days),
      words: open.length > 1 ? `${words} ${t.home.clues_more(open.length - 1)}` : words,
      address: to.home(home.id),
      home,
      order: clue.due_on,
    },
  ];
}

function conflictsOf(homes: HomeView[], conflicts: Conflict[], t: Texts): FirstLine[] {
  const open = conflicts.filter((conflict) => conflict.open);
  return homes
    .map((home) => ({ home, mine: open.filter((conflict) => conflict.household === home.id) }))
    .filter(({ mine }) => mine.length)
    .map(({ home, mine }) => ({
      key: `conflict-${home.id}`,
      who: home.head,
      kind: t.places.conflicts,
      tone: "amber",
      late: false,
      order: "",
      when: t.home.conflict(mine.length),
      words: mine.map((conflict) => conflict.title).join(t.comma),
      address: to.conflicts,
      home: null,
    }));
}

function refusedLine(item: QueueItem, t: Texts): FirstLine {
  return {
    key: `refused-${item.id}`,
    who: item.title,
    kind: t.queue.states.refused!,
    tone: "red",
    late: false,
    order: "",
    when: t.home.to_mend,
    words: item.why ? problemWords(item.why) : "",
    address: to.queue,
    home: null,
  };
}

/** Households whose name, address, code, members or group have every word of the search. */
export function found(homes: HomeView[], search: string, head: Head): HomeView[] {
  const wanted = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return homes;
  return homes.filter((home) => {
    const groups = home.groups.map((group) => `${head.groups[group.code] ?? ""}${group.words}`);
    const names = home.members.map((member) => member.name);
    const all = [home.head, home.address, home.code, home.stage_title, ...names, ...groups].join("\n").toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
}

export const walkedOf = (homes: HomeView[]): { done: number; all: number } => ({
  done: homes.filter((home) => home.done).length,
  all: homes.length,
});
