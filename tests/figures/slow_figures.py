"""Every figure counted once more, household by household and record by record in plain Python: what measuring must agree with.

Nothing of sangesan.figures is used: which rows count, where and when is written here a second time from the catalogue's words.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sangesan.assistance.models import Measure, Request
from sangesan.cases.models import Case, Irregularity, Notice, Objection, Step
from sangesan.clues.models import Clue
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.models import Delivery
from sangesan.kernel.period import Month, Period
from sangesan.patrols.models import Entry, Task
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.models import Division, Grid
from sangesan.registry.models import Household, Residence
from sangesan.screening.reading import load_rules
from sangesan.village_work.models import Log, Problem
from sangesan.visits.models import Visit

CHINA = ZoneInfo("Asia/Shanghai")
Sums = dict[tuple[str, str], list[int]]  # (figure, place or department) -> numerator, of, people, people of
LIMITS = {"without_measures_late": 10, "without_measures_missing": 30}
WHOLE_DAYS = 15


class Slow:
    """The figures of one period as of one day."""

    def __init__(self, period: Period, as_of: date) -> None:
        self.first, self.last = period.first_day(), min(period.last_day(), as_of)
        self.known = datetime.combine(as_of + timedelta(days=1), time(0), CHINA)
        self.parents = {row.code: row.parent for row in Division.objects.all()}
        self.sums: Sums = defaultdict(lambda: [0, 0, 0, 0])
        self.register_known = max(self.known, min(row.recorded_at for row in Residence.objects.all()))

    def count(self) -> Sums:
        self.patrols()
        self.clues()
        self.steps()
        self.papers()
        self.standings()
        self.measures()
        self.requests()
        self.problems()
        self.deliveries()
        return self.sums

    def add(
        self, figure: str, village: str, grid: str = "", *, hit: bool = True, people: int = 0, amount: int | None = None,
        department: str = "",
    ) -> None:  # fmt: skip
        keys = [grid] if grid else []
        code = village
        while code:
            keys.append(code)
            code = self.parents.get(code, "")
        if not village:
            keys.append(next(row.code for row in Division.objects.all() if row.level == "county"))
        if department:
            keys.append(f"department:{department}")
        for key in keys:
            sums = self.sums[(figure, key)]
            sums[1] += 1
            sums[3] += people
            if amount is not None:
                sums[0] += amount
            elif hit:
                sums[0] += 1
                sums[2] += people

    def inside(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def people(self, home: Household) -> int:
        number = 0
        for member in home.memberships.all():
            held = member.valid_from <= self.last and (member.valid_to is None or member.valid_to > self.last)
            died, left = member.person.died_on, member.person.left_on
            gone = (died is not None and died <= self.last) or (left is not None and left <= self.last)
            number += held and not gone and member.kind != "living_together"
        return number

    def holding(self, rows):
        """The section that held on the last day, as it was known."""
        known = [row for row in rows if row.valid_from <= self.last and row.recorded_at <= self.register_known]
        if not known:
            return None
        newest = max(known, key=lambda row: (row.valid_from, row.pk))
        if newest.valid_to is None or newest.valid_to > self.last:
            return newest
        later = [
            row
            for row in rows
            if row.valid_from <= self.last and (row.valid_from, row.pk) > (newest.valid_from, newest.pk)
        ]
        return newest if later else None

    def where(self, home: Household):
        """(village, grid, origin, people), or None where nobody lives."""
        people = self.people(home)
        held = self.holding(list(home.residences.all()))
        return (held.residence, held.grid, held.village, people) if people and held else None

    def patrols(self) -> None:
        entries = [e for e in Entry.objects.all() if self.inside(e.on) and e.recorded_at < self.known]
        for grid in Grid.objects.all():
            if grid.valid_from <= self.last and (grid.valid_to is None or grid.valid_to > self.last):
                self.add("grids_reported", grid.division, grid.code, hit=any(e.grid == grid.code for e in entries))
        for home in Household.objects.all():
            at = self.where(home)
            if at:
                hit = any(e.household_id == home.pk and e.result != "absent" for e in entries)
                self.add("households_visited", at[0], at[1], hit=hit, people=at[3])
                self.add("rural", at[0], at[1], people=at[3])
                if home.formerly_poor:
                    self.add("formerly_poor", at[0], at[1], people=at[3])
        for task in Task.objects.exclude(state="closed"):
            if (
                task.made_at < self.known
                and task.due_at < self.known
                and self.inside(task.due_at.astimezone(CHINA).date())
            ):
                at = self.where(task.household) or (task.division, task.grid)
                if task.done_at is None and task.due_at >= self.known - timedelta(days=1):
                    continue  # its day is not over
                self.add("urgent_visits", at[0], at[1], hit=task.done_at is not None and task.done_at <= task.due_at)

    def clues(self) -> None:
        departments = {rule.code: rule.department for rule in load_rules()}
        for clue in Clue.objects.all():
            if clue.opened_on > self.last:
                continue
            at = self.where(clue.household) if clue.household else None
            place = at[:2] if at else (clue.division, clue.grid)
            checked, confirmed, waiting = self.look(clue)
            department = departments.get(clue.rule, "")
            of_department = clue.channel == "DEPT"
            if self.inside(clue.opened_on):
                for figure in ("clues_new", f"clues_of_channel_{clue.channel}", f"clues_of_risk_{clue.risk}"):
                    self.add(figure, *place)
                if of_department:
                    self.add("alerts_pushed", *place, department=department)
            if self.inside(checked):
                self.add("clues_checked", *place)
                self.add("clues_confirmed", *place, hit=confirmed)
                if of_department:
                    self.add("alerts_valid", *place, hit=confirmed, department=department)
            if waiting:
                self.add("clues_open", *place)
                if clue.due_on < self.last:
                    self.add("clues_overdue", *place)
            if self.inside(clue.due_on) and (checked or waiting):
                self.add("clues_in_time", *place, hit=checked is not None and checked <= clue.due_on)
                if of_department:
                    self.add("alerts_answered", *place, hit=checked is not None, department=department)

    def look(self, clue: Clue) -> tuple[date | None, bool, bool]:
        checked, confirmed = None, False
        if clue.visited_on is not None:
            if clue.visited_on <= self.last and clue.visit.recorded_at < self.known:
                checked, confirmed = clue.visited_on, clue.visit.conclusion != "no_risk"
        elif clue.case is not None:
            seen = [
                v for v in Visit.objects.filter(case=clue.case)
                if clue.opened_on <= v.visited_on <= self.last and v.recorded_at < self.known
            ]  # fmt: skip
            checked = min((v.visited_on for v in seen), default=None)
            confirmed = any(v.conclusion != "no_risk" for v in seen)
        if clue.case is not None:
            began = Step.objects.get(case=clue.case, number=0).on
            taken = began <= self.last
        else:
            taken = clue.visited_on is None and clue.state != "open"
        return checked, confirmed, checked is None and not taken

    def steps(self) -> None:
        found: dict[tuple[str, int], Step] = {}
        for step in Step.objects.order_by("on", "id"):
            if not self.inside(step.on) or step.recorded_at >= self.known:
                continue
            figures = {
                "open": ["cases_begun"],
                "new_risk": ["cases_begun", "re_identified"],
                "roll_back": ["rolled_back"],
            }
            names = figures.get(step.act, [])
            if step.act == "decide":
                names = ["enrolled" if step.source == "county_decision" else "eliminated_in_period"]
            for figure in names:
                found[(figure, step.case_id)] = step
        for (figure, _), step in found.items():
            at = self.where(step.case.household)
            place, people = (at[:2], at[3]) if at else ((step.case.residence, step.case.grid), 0)
            self.add(figure, *place, people=people)
            if figure == "enrolled":
                days, in_time = self.speed(step)
                self.add("days_to_decision", *place, amount=days)
                self.add("decided_in_time", *place, hit=in_time)

    def speed(self, step: Step) -> tuple[int, bool]:
        steps = list(Step.objects.filter(case=step.case).order_by("number"))
        begun = next((s.on for s in steps if s.round == step.round and s.act in {"open", "new_risk"}), step.on)
        earlier = [s.on for s in steps if s.act == "decide" and s.round == step.round - 1]
        before = earlier[-1] if earlier else date.min
        opened = [c.opened_on for c in Clue.objects.filter(case=step.case_id) if before <= c.opened_on <= step.on]
        stopped = sum(
            (o.settled_on - o.received_on).days
            for o in Objection.objects.filter(case=step.case, round=step.round) if o.settled_on
        )  # fmt: skip
        return (step.on - min([begun, *opened])).days, (step.on - begun).days <= WHOLE_DAYS + stopped

    def papers(self) -> None:
        for notice in Notice.objects.all():
            if notice.posted_on <= self.last <= notice.until and notice.recorded_at < self.known:
                self.add("notices_running", notice.village)
        for row in Irregularity.objects.all():
            open_then = row.raised_on <= self.last and (row.gone_on is None or row.gone_on > self.last)
            if open_then and (not row.reason or row.reasoned_at >= self.known):
                self.add("warnings_open", Case.objects.get(pk=row.case_id).village)

    def landed(self, measure: Measure) -> bool:
        told = min((landing.recorded_at for landing in measure.landings.all()), default=measure.recorded_at)
        return measure.landed_on is not None and measure.landed_on <= self.last and told < self.known

    def standings(self) -> None:
        codes = {title: code for code, title in RISK_TYPES.items()}
        for home in Household.objects.all():
            at, held = self.where(home), self.holding(list(home.standings.all()))
            if not at or held is None or held.stage not in {"monitoring", "eliminated"}:
                continue
            count = {"people": at[3]}
            self.add("monitored", at[0], at[1], **count)
            self.add("elimination_rate", at[0], at[1], hit=held.stage == "eliminated", **count)
            if held.stage == "eliminated":
                self.add("eliminated", at[0], at[1], **count)
                continue
            self.add("open", at[0], at[1], **count)
            self.add(f"open_of_risk_{codes[held.risks[0]] if held.risks else '99'}", at[0], at[1], **count)
            if at[0] != at[2]:
                self.add("relocated_open", at[0], at[1], **count)
            reached = any(
                self.landed(m) and (m.stopped_on is None or m.stopped_on > self.last) for m in home.measures.all()
            )
            for figure, days in LIMITS.items():
                if held.enrolled_on and (self.last - held.enrolled_on).days >= days and not reached:
                    self.add(figure, at[0], at[1], **count)
            if held.enrolled_on and 10 <= (self.last - held.enrolled_on).days < 30 and not reached:
                self.add("without_measures_between", at[0], at[1], **count)

    def measures(self) -> None:
        for home in Household.objects.all():
            at, helped = self.where(home), False
            if not at:
                continue
            for measure in home.measures.all():
                if self.landed(measure) and self.inside(measure.landed_on):
                    self.add("measures_landed", at[0], at[1])
                    helped = True
                helped |= any(self.inside(one.on) and one.recorded_at < self.known for one in measure.landings.all())
            if helped:
                self.add("households_helped", at[0], at[1], people=at[3])

    def requests(self) -> None:
        for row in Request.objects.all():
            if row.raised_on > self.last or row.recorded_at >= self.known:
                continue
            if self.inside(row.raised_on):
                self.add("requests_new", row.town)
            answered = row.answered_on is not None and row.answered_on <= self.last
            if not answered:
                self.add("requests_unanswered", row.town)
            elif row.due_on and row.due_on < self.last and (row.fulfilled_on is None or row.fulfilled_on > self.last):
                self.add("requests_unmet", row.town, department=row.department)

    def problems(self) -> None:
        for problem in Problem.objects.all():
            logs = [
                log
                for log in Log.objects.filter(problem=problem)
                if log.done_on <= self.last and log.recorded_at < self.known
            ]
            first = [log for log in logs if not log.follow_up]
            if not first or problem.opened_on > self.last:
                continue
            corrected = [log for log in Log.objects.filter(corrects=first[0]) if log.recorded_at < self.known]
            if problem.mistaken and corrected:
                continue
            if self.inside(problem.opened_on):
                self.add("problems_found", problem.village)
            solved = any(log.follow_up and log.solved for log in logs)
            if solved and self.inside(problem.closed_on):
                self.add("problems_solved", problem.village)
            if not (solved and problem.closed_on is not None and problem.closed_on <= self.last):
                self.add("problems_open", problem.village)

    def deliveries(self) -> None:
        months = {"monthly": 1, "quarterly": 3, "yearly": 12}
        day = self.first
        while day <= self.last:
            month = Month.of(day)
            if day == month.last_day():
                for feed in load_contracts().feeds.values():
                    before = month.plus(-1)
                    if feed.cycle in months and before.month % months[feed.cycle] == 0:
                        spanned = {before.plus(-n) for n in range(months[feed.cycle])}
                        came = [
                            d for d in Delivery.objects.filter(feed=feed.code, withdrawn_reason="")
                            if d.state != "refused" and Month.of(d.period) in spanned and d.accepted_at < self.known
                            and d.accepted_at.astimezone(CHINA).date() <= day
                        ]  # fmt: skip
                        self.add("pushed_on_time", "", hit=bool(came), department=feed.department)
            day += timedelta(days=1)
