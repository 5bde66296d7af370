"""The demonstration's year of village work: duties logged with gaps, plans, courtyard meetings, leaflets. People made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

import yaml
from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.demo.facts_of_county import DATA
from sangesan.demo.histories.pictures import SAYS, keep_pictures
from sangesan.demo.histories.words import Dice
from sangesan.files.attaching import JPEG
from sangesan.files.models import Attachment
from sangesan.regions.queries import CHINA, tree
from sangesan.village_work.applying import owing
from sangesan.village_work.kind_history import kinds_on
from sangesan.village_work.kinds import Form, Kind
from sangesan.village_work.models import Assignment, Log, Plan, Problem
from sangesan.village_work.periods import Period, Unit
from sangesan.village_work.periods import period_of as natural_period
from sangesan.village_work.planning import subject_of as subject_of_plan
from sangesan.village_work.recording import subject_of
from sangesan.village_work.words import LOG, PLAN, seal

SPACE = UUID("6f1d3c52-0000-4000-8000-000020220913")  # of the ids of what a phone would have sent
YEAR = timedelta(days=365)
DAY = timedelta(days=1)
BATCH = 1000

Progress = Callable[[int, int, str], None]


@lru_cache(maxsize=1)
def settings_of() -> dict[str, Any]:
    """data/village_work.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "village_work.yaml").read_text(encoding="utf-8"))
    return loaded


def write_duties(*, today: date, now: datetime, progress: Progress) -> None:
    """Who owes what, a year of logs with gaps and problems, plans; nothing where it has been done before."""
    if Log.objects.exists():
        progress(1, 1, "已有")
        return
    pictures = keep_pictures(now)
    with transaction.atomic(), acting(system_post(), "village_work.assign", on="list:year", reason="演示县一年的村级工作") as act:
        owners = _owners(today)
        owed = _assign(today, owners, now)
        year = _Year(today, owners)
        for n, row in enumerate(owed):
            if n % 200 == 0:
                progress(n, len(owed) + 1, "村级日常职责")
            year.write(row)
        act.detail = {"duties": len(owed)} | year.keep(pictures.outdoors)
    progress(1, 1, f"{len(owed):,} 项职责，{act.detail['logs']:,} 条记录")


def known_village() -> str:
    """The code of the village that the article names; "" where the county has no such place."""
    names, places = settings_of()["known_village"], tree()
    town = next((code for code in places.towns() if places.names[code] == names["town"]), "")
    return next((code for code in places.children.get(town, ()) if places.names[code] == names["village"]), "")


def uuid_of(*subject: str) -> UUID:
    """The same subject always has the same id."""
    return uuid5(SPACE, ":".join(subject))


def moment(day: date, dice: Dice) -> datetime:
    """Some minute of a working day."""
    return datetime.combine(day, time(dice.between(8, 17), dice.between(0, 59)), CHINA)


def _owners(today: date) -> dict[tuple[str, str], Post]:
    """(village, role) -> the post that does the work there: the last of the village's, the first grid's."""
    found: dict[tuple[str, str], Post] = {}
    for post in holding(today).filter(role__in=[Post.Role.VILLAGE, Post.Role.GRID]).order_by("pk"):
        key = (post.division, str(post.role))
        if post.role == Post.Role.VILLAGE or key not in found:
            found[key] = post
    return found


def _assign(today: date, owners: Mapping[tuple[str, str], Post], now: datetime) -> list[Assignment]:
    """What every village owes since a year ago; the article's village also the plan that it lacks."""
    kinds, known = kinds_on(today), settings_of()["known_village"]
    laid = owing(kinds)
    village = known_village()
    if village:
        laid |= {(village, code): known["why"] for code in known["lacks"] if (village, code) not in laid}
    system = system_post()
    rows = [
        Assignment(
            village=place, kind=code, post=owners.get((place, kinds[code].owner)), owed_since=today - YEAR,
            valid_from=today - YEAR, why=why[:120],
            assigned_by=system.pk, assigned_by_title=system.title, recorded_at=now,
        )
        for (place, code), why in sorted(laid.items())
    ]  # fmt: skip
    Assignment.objects.bulk_create(rows, batch_size=BATCH)
    return rows


class _Year:
    """The logs, problems and plans of a year, gathered, then kept at once."""

    def __init__(self, today: date, owners: Mapping[tuple[str, str], Post]) -> None:
        self.today, self.owners = today, owners
        self.kinds = kinds_on(today)
        self.words = settings_of()
        self.lacking = {(known_village(), code) for code in self.words["known_village"]["lacks"]}
        self.logs: list[Log] = []
        self.plans: list[Plan] = []
        self.problems: list[tuple[Problem, list[Log]]] = []

    def write(self, row: Assignment) -> None:
        """A year of one village's duty; nothing of what the article's village lacks."""
        kind = self.kinds[row.kind]
        if (row.village, row.kind) in self.lacking:
            return
        dice = Dice("duty", row.village, row.kind)
        post = self.owners.get((row.village, kind.owner)) or self.owners.get((row.village, "village"))
        if post is None:
            return
        if kind.form == Form.PLAN:
            self.plans.append(self._plan(row, post, dice))
            return
        done = self._done(row, kind, dice)
        for number, period in enumerate(done):
            self._log(row, kind, period, post, dice, first=number == 0)

    def keep(self, picture: int) -> dict[str, int]:
        """Everything into the tables; how many of each."""
        Problem.objects.bulk_create([problem for problem, _ in self.problems], batch_size=BATCH)
        for problem, logs in self.problems:
            for log in logs:
                log.problem = problem
        Log.objects.bulk_create(self.logs, batch_size=BATCH)
        Plan.objects.bulk_create(self.plans, batch_size=BATCH)
        photos = [_photo(subject_of(log.pk), picture, log.recorded_at, log.post) for log in self.logs if self._shown(log)]
        photos += [_photo(subject_of_plan(plan.pk), picture, plan.recorded_at, plan.post, "scan") for plan in self.plans]
        Attachment.objects.bulk_create(photos, batch_size=BATCH)
        return {"logs": len(self.logs), "plans": len(self.plans), "problems": len(self.problems), "photos": len(photos)}

    def _shown(self, log: Log) -> bool:
        return log.solved or self.kinds[log.kind].photo_needed

    def _done(self, row: Assignment, kind: Kind, dice: Dice) -> list[Period]:
        """The periods that were done: the first always, so that only the article's village has nothing at all."""
        village = Dice("village", row.village)
        lax = village.chance(self.words["lax_share"])
        share = self.words["lax"] if lax else self.words["diligent"]
        behind = dice.between(1, self.words["behind_periods"]) if dice.chance(self.words["behind_share"]) else 0
        if kind.cycle.unit == Unit.QUARTER:
            behind = min(behind, 1)
        if (row.village, next(iter(self.words["known_village"]["lacks"]))) in self.lacking:
            share, behind = 1.0, 0  # it lacks what the article says, and nothing else
        due = list(_owed_periods(kind, row.owed_since, self.today))
        last = len(due) - 1 - behind
        return [p for n, p in enumerate(due) if n == 0 or (n <= last and dice.chance(share))]

    def _log(self, row: Assignment, kind: Kind, period: Period, post: Post, dice: Dice, *, first: bool) -> None:
        end = min(period.end, self.today)
        done_on = period.start + timedelta(days=dice.between(0, (end - period.start).days))
        late = not first and dice.chance(self.words["late_share"])
        entered = min(done_on + timedelta(days=dice.between(4, 9) if late else 0), self.today)
        wrong = not first and dice.chance(self.words["problem_share"]) and row.kind in self.words["problems"]
        words = dice.of(self.words["problems"][row.kind]) if wrong else ""
        reason = dice.of(self.words["late_reason"]) if entered != done_on else ""
        fault = self.words["questions_at_fault"].get(row.kind, "")
        log = self._row(row, period, done_on, entered, post, dice, {"words": words, "late_reason": reason})
        log.answers = {code: not (wrong and code == fault) for code in kind.questions}
        log.result = "problem" if wrong else "ok"
        self.logs.append(log)
        if wrong:
            self._problem(row, log, post, dice)

    def _problem(self, row: Assignment, log: Log, post: Post, dice: Dice) -> None:
        """Opened by a log; solved some days later, but for some of the last days."""
        problem = Problem(village=row.village, kind=row.kind, opened_on=log.done_on)
        logs = [log]
        solved_on = log.done_on + timedelta(days=dice.between(1, self.words["open_days"]))
        if solved_on <= self.today:
            problem.closed_on = solved_on
            of = natural_period(solved_on, self.kinds[row.kind].cycle)
            after = self._row(row, of, solved_on, solved_on, post, dice, {"words": dice.of(self.words["solved"])})
            after.result, after.follow_up, after.solved = "ok", True, True
            self.logs.append(after)
            logs.append(after)
        self.problems.append((problem, logs))

    def _row(
        self, row: Assignment, period: Period, done_on: date, entered: date, post: Post, dice: Dice, content: dict[str, Any]
    ) -> Log:
        number = str(len(self.logs))
        return Log(
            village=row.village, kind=row.kind, done_on=done_on, entered_on=entered, period_start=period.start,
            period_end=period.end, sealed=seal(LOG, content), submission=uuid_of("log", number), post=post.pk,
            post_title=post.title, recorded_at=moment(entered, dice),
        )  # fmt: skip

    def _plan(self, row: Assignment, post: Post, dice: Dice) -> Plan:
        words = self.words["plan"]
        adopted = self.today - timedelta(days=dice.between(20, 330))
        a = dice.between(1, 3)
        situation = dice.of(words["situation"]).format(a=a, b=a + dice.between(1, 2), n=dice.between(8, 46))
        content = {"responsible": words["responsible"], "situation": situation, "measures": words["measures"]}
        return Plan(
            village=row.village, kind=row.kind, adopted_on=adopted, review_on=adopted + YEAR, sealed=seal(PLAN, content),
            submission=uuid_of("plan", row.village, row.kind), post=post.pk, post_title=post.title,
            recorded_at=moment(adopted, dice),
        )  # fmt: skip


def _owed_periods(kind: Kind, since: date, today: date) -> Iterator[Period]:
    """The due periods that begin between two days."""
    day = since
    while day <= today:
        period = natural_period(day, kind.cycle)
        if period.due and period.start >= since:
            yield period
        day = period.end + DAY


def _photo(subject: str, picture: int, at: datetime, post: int, role: str = "photo") -> Attachment:
    return Attachment(
        subject=subject, role=role, file_id=picture, name="照片1.jpg", content_type=JPEG, taken_at=at, note=SAYS, added_at=at,
        added_by=post,
    )  # fmt: skip
