"""Acts on a household's plan: its needs brought up to date, a measure planned, delivered, stopped."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.assistance import domain
from sangesan.assistance.asking import answer_request, fulfil_request, raise_request
from sangesan.assistance.catalogue import NeedKind, catalogue
from sangesan.assistance.checking import Plan, check_landing, check_plan, past, written
from sangesan.assistance.models import Landing, Measure, Need
from sangesan.assistance.permissions import reached_household, reached_measure
from sangesan.assistance.reported import RECORD, take_up_reported
from sangesan.assistance.situation import Seen, situation_of
from sangesan.files.attaching import place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.responsibility.models import Agreement

__all__ = [
    "Plan", "answer_request", "bring_up_to_date", "fulfil_request", "land", "plan", "raise_request", "record_needs", "stop",
    "take_up_reported",
]  # fmt: skip


def record_needs(*, post: Post, household_id: int, case: int | None, on: date, now: datetime) -> list[Need]:
    """The open needs as the record has them on a day: new ones begin, met ones end, changed sums are put right.

    Doing it twice changes nothing and leaves no second audit entry. Raises NotAllowed outside the post's reach.
    """
    past("日期", on, today(now))
    with transaction.atomic():
        reached_household(require(post, RECORD), household_id, lock=True)
        seen = situation_of(household_id, on)
        lacking = {need.kind: need for need in domain.needs(seen.situation)}
        known = {NeedKind(need.kind): need for need in Need.objects.filter(household=household_id, met_on=None)}
        met = [need for kind, need in known.items() if kind not in lacking]
        fresh = [kind for kind in lacking if kind not in known]
        changed = [need for kind, need in known.items() if kind in lacking and _differs(need, lacking[kind])]
        if met or fresh or changed:
            with acting(post, RECORD, on=f"household:{household_id}") as act:
                _keep(household_id, case, seen, lacking, met, fresh, changed, on, now)
                act.detail = {"met": [n.kind for n in met], "new": list(map(str, fresh)), "changed": len(changed)}
        return list(Need.objects.filter(household=household_id, met_on=None).order_by("id"))


def bring_up_to_date(*, post: Post, household_id: int, on: date, now: datetime) -> list[Measure]:
    """Needs and what departments delivered, both as the record has them now; the measures newly taken up."""
    with transaction.atomic():
        taken_up = take_up_reported(post=post, household_id=household_id, now=now)
        record_needs(post=post, household_id=household_id, case=None, on=on, now=now)
    return taken_up


def _differs(need: Need, found: domain.Need) -> bool:
    return (need.sentence, need.amount_fen) != (found.sentence, found.amount_fen)


def _keep(
    household_id: int,
    case: int | None,
    seen: Seen,
    lacking: dict[NeedKind, domain.Need],
    met: Sequence[Need],
    fresh: Sequence[NeedKind],
    changed: Sequence[Need],
    on: date,
    now: datetime,
) -> None:
    for need in met:
        need.met_on = max(on, need.since)
    Need.objects.bulk_update(met, ["met_on"])
    for need in changed:
        found = lacking[NeedKind(need.kind)]
        need.sentence, need.amount_fen, need.visit = found.sentence, found.amount_fen, seen.visit
    Need.objects.bulk_update(changed, ["sentence", "amount_fen", "visit"])
    Need.objects.bulk_create(
        Need(
            household_id=household_id,
            case=case,
            kind=kind,
            sentence=lacking[kind].sentence,
            amount_fen=lacking[kind].amount_fen,
            since=on,
            visit=seen.visit,
            recorded_at=now,
        )
        for kind in fresh
    )


def plan(
    *,
    post: Post,
    household_id: int,
    line: Plan,
    now: datetime,
    case: int | None = None,
    agreed: int | None = None,
) -> Measure:
    """A measure put into the household's plan. case, agreed: numbers of a case, of an agreement of both lines.

    Raises Refusal for what is not in order, and for the same measure a second time; NotAllowed outside the reach.
    """
    with acting(post, "assistance.plan", on=f"household:{household_id}") as act:
        reached_household(post, household_id, lock=True)
        check_plan(line, catalogue(), can_work=situation_of(household_id, today(now)).situation.can_work)
        need = _open_need(post, household_id, line.need, case, now) if line.need else None
        if agreed is not None and not Agreement.objects.filter(pk=agreed, household=household_id).exists():
            raise Refusal("没有这次共商，或不是这一户的", place="双线共商", remedy="请刷新页面后重选")
        same = Measure.objects.filter(
            household=household_id, group=line.group, item=line.item, title=line.title.strip()
        )
        if same.filter(state=Measure.State.PLANNED).exists():
            raise Refusal("同样的措施已经在计划里", place="具体措施", remedy="不是同一件事的，请把具体措施写得不同")
        measure = Measure.objects.create(
            household_id=household_id,
            case=case,
            group=line.group,
            item=line.item,
            title=line.title.strip(),
            risk=line.risk,
            need=need,
            basis=line.basis.strip(),
            unit=line.unit.strip(),
            person=line.person.strip(),
            begins_on=line.begins_on,
            due_on=line.due_on,
            amount_fen=line.amount_fen,
            agreed=agreed,
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
        )
        act.detail = {"measure": measure.pk, "group": line.group, "item": line.item}
    return measure


def _open_need(post: Post, household_id: int, kind: str, case: int | None, now: datetime) -> Need:
    """The household's open need of that kind, needs brought up to date first; raises Refusal where there is none."""
    lacking = record_needs(post=post, household_id=household_id, case=case, on=today(now), now=now)
    need = next((need for need in lacking if need.kind == kind), None)
    if need is None:
        raise Refusal("这一户没有这项需求，或已经解决", place="针对", remedy="请刷新页面后重选")
    return need


def land(
    *,
    post: Post,
    measure_id: int,
    version: int,
    on: date,
    amount_fen: int | None,
    evidence: str,
    now: datetime,
    effect_fen: int | None = None,
    photos: Sequence[tuple[str, bytes]] = (),
) -> Landing:
    """Something delivered of a measure: the first makes it landed, later ones (a grant by months) are added.

    version: the measure's row_version as the person saw it; photos: (file name, content). Raises Refusal when it has
    changed since, when it was stopped, or when the record is not in order; NotAllowed outside the reach.
    """
    require(post, "assistance.land")
    ready = [(name, prepare(data, StoredFile.Kind.PHOTO)) for name, data in photos]
    with acting(post, "assistance.land", on=f"measure:{measure_id}") as act:
        measure = _seen(post, measure_id, version)
        if measure.state == Measure.State.STOPPED:
            raise Refusal("这项措施已经停止", place="措施", remedy="重新安排的请另列一项")
        check_landing(on=on, today=today(now), begins_on=measure.begins_on, amount_fen=amount_fen, evidence=evidence)
        landing = Landing.objects.create(
            measure=measure,
            on=on,
            amount_fen=amount_fen,
            effect_fen=effect_fen,
            evidence=evidence.strip(),
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
        )
        for name, prepared in ready:
            place(prepared, name=name, subject=f"landing:{landing.pk}", role="photo", added_by=post.pk, now=now)
        measure.state = Measure.State.LANDED
        measure.landed_on = min(measure.landed_on or on, on)
        measure.row_version += 1
        measure.save(update_fields=["state", "landed_on", "row_version"])
        act.detail = {"on": on.isoformat(), "amount_fen": amount_fen, "photos": len(ready)}
    return landing


def stop(*, post: Post, measure_id: int, version: int, reason: str, now: datetime) -> Measure:
    """A planned measure that will not come, with the reason. Raises Refusal for one that was delivered already."""
    with acting(post, "assistance.plan", on=f"measure:{measure_id}", reason=reason.strip()) as act:
        measure = _seen(post, measure_id, version)
        written("理由", reason, "如“本人已外出务工，不再参加培训”")
        if measure.state != Measure.State.PLANNED:
            raise Refusal(
                f"这项措施“{Measure.State(measure.state).label}”", place="措施", remedy="只有计划中的措施可以停止"
            )
        measure.state, measure.stopped_on = Measure.State.STOPPED, today(now)
        measure.stopped_reason = reason.strip()[:200]
        measure.row_version += 1
        measure.save(update_fields=["state", "stopped_on", "stopped_reason", "row_version"])
        act.detail = {"group": measure.group, "item": measure.item}
    return measure


def _seen(post: Post, measure_id: int, version: int) -> Measure:
    measure = reached_measure(post, measure_id, lock=True)
    if measure.row_version != version:
        raise Refusal("您打开页面之后这项措施有了变化", place="措施", remedy="请刷新页面看过再办")
    return measure
