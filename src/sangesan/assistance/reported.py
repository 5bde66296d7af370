"""Measures that departments' data show by themselves: read, and taken up into the plan so that nobody types them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.assistance.catalogue import Reported, catalogue
from sangesan.assistance.department_rows import DepartmentRow, rows_of
from sangesan.assistance.models import Landing, Measure
from sangesan.assistance.permissions import reached_household
from sangesan.assistance.situation import MONITORING, risk_codes
from sangesan.exchange.about_people import row_place
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.models import Delivery
from sangesan.kernel.period import add_months
from sangesan.regions.queries import today
from sangesan.registry.models import Standing
from sangesan.registry.queries import members_of, names_of

RECORD = "assistance.record"
LOOK_BACK_MONTHS = 12  # for a household that is not monitored: as far as its income is counted back


@dataclass(frozen=True)
class ReportedMeasure:
    """A measure as a department's row shows it. key: which one thing it is; measure: number where it was taken up.

    amount_fen: as in the row; effect_fen: what it adds to a year's income, None where the row does not tell.
    """

    key: str
    feed: str
    department: str
    delivery: int
    period: date
    row_no: int
    group: str
    item: str
    title: str
    began_on: date
    ended_on: date | None
    amount_fen: int | None
    effect_fen: int | None
    measure: int | None = None

    @property
    def where(self) -> str:
        """Feed, month and row, as one finds it in the file."""
        sheet, row = row_place(self.row_no)
        place = f"第{row}行" if sheet == 1 else f"第{sheet}表第{row}行"
        return f"{load_contracts().feed(self.feed).title} {self.period:%Y-%m} {place}"


def reported_measures(household_id: int, on: date) -> list[ReportedMeasure]:
    """What departments delivered to the household since it is monitored, or runs on; newest first.

    The caller has made sure that the post may see the household.
    """
    found = _fitting(household_id, _every(household_id), on)
    return sorted(found, key=lambda one: (one.began_on, one.key), reverse=True)


def take_up_reported(*, post: Post, household_id: int, now: datetime, case: int | None = None) -> list[Measure]:
    """Stores what is not yet in the plan as landed, naming delivery and row; lands a planned one that it fulfils.

    What ran out gets its end; what rested on a delivery that was withdrawn is stopped. Doing it twice does nothing new.
    Raises NotAllowed outside the post's reach.
    """
    on = today(now)
    # read before the lock is taken: rows of deliveries never change, and a night of households must not starve writers
    every = {one.key: one for one in _every(household_id)}
    with transaction.atomic():
        household = reached_household(require(post, RECORD), household_id, lock=True)
        known = list(Measure.objects.filter(household=household).exclude(source_key=""))
        fresh = [one for one in _fitting(household_id, every.values(), on) if one.measure is None]
        over = [m for m in known if m.source_key in every and m.ended_on != every[m.source_key].ended_on]
        gone = _withdrawn(known, every)
        if not (fresh or over or gone):
            return []
        with acting(post, RECORD, on=f"household:{household_id}") as act:
            _end(over, every)
            _stop(gone, on)
            risks = _risks(household_id)
            made = [_take_up(one, household_id, case, risks, post, now) for one in fresh]
            act.detail = {"taken_up": len(made), "ended": len(over), "withdrawn": len(gone)}
    return made


def _fitting(household_id: int, every: Iterable[ReportedMeasure], on: date) -> list[ReportedMeasure]:
    since = _since(household_id, on)
    known = {m.source_key: m.pk for m in Measure.objects.filter(household=household_id).exclude(source_key="")}
    fitting = [one for one in every if one.began_on <= on and _counts(one, since)]
    return [replace(one, measure=known.get(one.key)) for one in fitting]


def _end(over: Iterable[Measure], every: Mapping[str, ReportedMeasure]) -> None:
    for measure in over:
        measure.ended_on = every[measure.source_key].ended_on
        measure.row_version += 1
        measure.save(update_fields=["ended_on", "row_version"])


def _stop(gone: Iterable[Measure], on: date) -> None:
    Measure.objects.filter(pk__in=[m.pk for m in gone]).update(
        state=Measure.State.STOPPED,
        stopped_on=on,
        stopped_reason="部门撤回了这条数据",
        row_version=F("row_version") + 1,
    )


def _take_up(
    one: ReportedMeasure, household_id: int, case: int | None, risks: Iterable[str], post: Post, now: datetime
) -> Measure:
    """The planned measure that the row fulfils, landed; else a new one."""
    planned = Measure.objects.filter(household=household_id, group=one.group, item=one.item, state="planned")
    measure = planned.filter(source_key="").order_by("id").first()
    if measure is None:
        group = catalogue().groups[one.group]
        measure = Measure(
            household_id=household_id,
            case=case,
            group=one.group,
            item=one.item,
            title=one.title,
            risk=next((risk for risk in risks if group.answer_to_risk(risk, can_work=None)), ""),
            unit=load_contracts().departments[one.department].name,
            begins_on=one.began_on,
            source=Measure.Source.DEPARTMENT,
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
            row_version=0,
        )
    measure.state, measure.landed_on, measure.ended_on = Measure.State.LANDED, one.began_on, one.ended_on
    measure.source_key, measure.delivery, measure.row_no = one.key, one.delivery, one.row_no
    measure.row_version += 1
    measure.save()
    Landing.objects.create(
        measure=measure,
        on=one.began_on,
        amount_fen=one.amount_fen,
        effect_fen=one.effect_fen,
        evidence=one.where,
        post=post.pk,
        post_title=post.title,
        recorded_at=now,
    )
    return measure


def _withdrawn(known: Iterable[Measure], every: Mapping[str, ReportedMeasure]) -> list[Measure]:
    """Measures that rest on a department alone, whose delivery counts no more and which no other delivery shows."""
    unseen = [
        m
        for m in known
        if m.source == Measure.Source.DEPARTMENT and m.state == Measure.State.LANDED and m.source_key not in every
    ]
    ended = Delivery.objects.filter(pk__in=[m.delivery for m in unseen], ended_at__isnull=False)
    numbers = set(ended.values_list("pk", flat=True))
    return [m for m in unseen if m.delivery in numbers]


def _every(household_id: int) -> list[ReportedMeasure]:
    """All that the feeds show about its members, whatever the day."""
    people = members_of(household_id)
    ways = catalogue().reported
    names = names_of(people)
    found: list[ReportedMeasure] = []
    rows = rows_of(people, {way.feed for way in ways}) if people else []
    for way in ways:
        things: dict[str, list[DepartmentRow]] = {}
        for row in rows:
            if row.feed == way.feed:
                things.setdefault(_key(way, row), []).append(row)
        shown = (_shown(way, key, same, names) for key, same in things.items())
        found += [one for one in shown if one is not None]
    return found


def _key(way: Reported, row: DepartmentRow) -> str:
    return ":".join([way.feed, str(row.person), *(str(row.values[name]) for name in way.key)])


def _shown(way: Reported, key: str, rows: list[DepartmentRow], names: Mapping[int, str]) -> ReportedMeasure | None:
    """The measure that rows about one thing show: begun with the first, as it stands in the last."""
    first, last = rows[0], rows[-1]
    item = way.item_of(last.values)
    if not item:
        return None
    values = last.values
    amount = values[way.amount] if way.amount else None
    ended = values[way.ended] if way.ended else None
    if way.over_at_zero and amount == 0:
        ended = values[way.began]
    words = [str(values[name]) for name in way.what if values[name]] or [item]
    return ReportedMeasure(
        key=key,
        feed=way.feed,
        department=load_contracts().feed(way.feed).department,
        delivery=last.delivery.pk,
        period=last.delivery.period,
        row_no=int(values["row_no"]),
        group=way.group,
        item=item,
        title=" · ".join([*words, names.get(last.person, "")])[:120],
        began_on=first.values[way.began],
        ended_on=ended,
        amount_fen=amount,
        effect_fen=_effect(way, item, amount),
    )


def _effect(way: Reported, item: str, amount: Any) -> int | None:
    if amount is None or not way.times:
        return None
    return int(amount) * (1 if item in way.once else way.times)


def _counts(one: ReportedMeasure, since: date) -> bool:
    """Whether it was delivered since a day, or still ran then; what has no end of its own was delivered when it began."""
    way = next(way for way in catalogue().reported if way.feed == one.feed)
    if not way.lasts(one.item):
        return one.began_on >= since
    return one.ended_on is None or one.ended_on >= since


def _since(household_id: int, on: date) -> date:
    standing = Standing.objects.filter(household=household_id, valid_to=None).order_by("-id").first()
    if standing is not None and standing.stage == MONITORING and standing.enrolled_on:
        return standing.enrolled_on
    return add_months(on, -LOOK_BACK_MONTHS)


def _risks(household_id: int) -> tuple[str, ...]:
    standing = Standing.objects.filter(household=household_id, valid_to=None).order_by("-id").first()
    return risk_codes(standing.risks) if standing else ()
