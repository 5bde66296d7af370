"""Recording what was found wrong, and withdrawing what was recorded by mistake."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.submissions import own_only
from sangesan.checks.defects import defects
from sangesan.files.attaching import Prepared
from sangesan.files.attaching import place as attach_file
from sangesan.inspections.domain import SHORTEST_WORDS, check_finding
from sangesan.inspections.models import Finding, Target, Withdrawal
from sangesan.inspections.sealed_fields import FINDING, WITHDRAWAL, seal
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import unit as unit_of_key
from sangesan.regions.queries import tree
from sangesan.registry.models import Household

Record = Mapping[str, Any]


def subject_of(finding_id: int) -> str:
    """The subject of a finding's attachments."""
    return f"finding:{finding_id}"


def record_finding(
    *,
    post: Post,
    defect: str,
    unit: str,
    place: str,
    words: str,
    requirement: str = "",
    household: Household | int | None = None,
    project: int | None = None,
    target: Target | int | None = None,
    flag: int | None = None,
    records: Sequence[Record] = (),
    conduct: Collection[str] = (),
    conduct_words: str = "",
    fabricated: bool = False,
    harm: bool = False,
    found_on: date,
    photos: Sequence[Prepared] = (),
    submission: UUID,
    now: datetime,
    today: date,
) -> Finding:
    """One finding; the same submission again gives the same. place: division code.

    Raises Refusal for what is not in order (unit, place, class, words, a place that has not begun), NotAllowed.
    """
    require(post, "inspections.record")
    if (there := _sent_before(submission, post)) is not None:
        return there
    check_finding(
        words=words,
        requirement=requirement,
        conduct=conduct,
        conduct_words=conduct_words,
        found_on=found_on,
        today=today,
    )
    if defect not in defects():
        raise Refusal("没有这类问题", place="问题类别", remedy="请从列出的类别中选择")
    unit_of_key(unit)
    try:
        with acting(post, "inspections.record", on=f"unit:{unit}") as act:
            home = _household(household, place)
            made = Finding.objects.create(
                defect=defect, unit=unit, place=place, household=home, project=project, target=_target(target), flag=flag,
                sealed=seal(FINDING, {"words": words.strip(), "requirement": requirement.strip(), "conduct": conduct_words.strip()}),
                records=[_record(one) for one in records], conduct=sorted(set(conduct)), fabricated=fabricated, harm=harm,
                found_on=found_on, post=post.pk, post_title=post.title, submission=submission, recorded_at=now,
            )  # fmt: skip
            _attach(made, photos, post, now)
            act.on = subject_of(made.pk)
            act.detail = {"defect": defect, "unit": unit, "place": place, "files": len(photos), "conduct": made.conduct}
    except IntegrityError:  # the same came in twice at one moment
        there = _sent_before(submission, post)
        if there is None:
            raise
        return there
    return made


def withdraw_finding(*, post: Post, finding_id: int, reason: str, now: datetime, today: date) -> Withdrawal:
    """Says that a finding was recorded by mistake; it stays, with the reason. Raises Refusal, NotAllowed."""
    if len(reason.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写撤回的理由", place="撤回理由", remedy="如“登记到别的村了”“同一问题登记了两次”")
    with acting(post, "inspections.record", on=subject_of(finding_id), reason=reason.strip()[:200]) as act:
        finding = Finding.objects.select_for_update().filter(pk=finding_id).first()
        if finding is None:
            raise NotAllowed("没有这个问题", remedy="请从问题清单进入")
        there = Withdrawal.objects.filter(finding=finding).first()
        if there is not None:
            raise Refusal(f"这个问题已于 {there.withdrawn_on} 撤回", remedy="请刷新页面")
        made = Withdrawal.objects.create(
            finding=finding, sealed=seal(WITHDRAWAL, {"reason": reason.strip()[:1000]}), withdrawn_on=today,
            post=post.pk, post_title=post.title, recorded_at=now,
        )  # fmt: skip
        act.detail = {"withdrawn": True}
    return made


def _sent_before(submission: UUID, post: Post) -> Finding | None:
    return own_only(Finding.objects.filter(submission=submission).first(), post)


def _household(given: Household | int | None, place: str) -> Household | None:
    """The household, which must be registered or live in the place; the place must exist."""
    places = tree()
    if place not in places.levels:
        raise Refusal("没有这个镇村", place="地点", remedy="请从列出的镇、村中选择")
    if given is None:
        return None
    home = given if isinstance(given, Household) else Household.objects.filter(pk=given).first()
    if home is None or not {place} & {*places.path(home.village), *places.path(home.residence)}:
        raise Refusal("这一户不在所选的地点", place="农户", remedy="请核对地点，或从该户页面登记")
    return home


def _target(given: Target | int | None) -> Target | None:
    if given is None:
        return None
    number = given if isinstance(given, int) else given.pk
    found = Target.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise NotAllowed("没有这处督查", remedy="请从督查清单进入")
    if found.begun_at is None:
        raise Refusal("这处督查还没有开始", place="督查", remedy="请到达现场后先点“开始督查”")
    return found


def _record(given: Record) -> dict[str, Any]:
    return {key: given[key] for key in ("kind", "number", "words") if key in given}


def _attach(made: Finding, photos: Sequence[Prepared], post: Post, now: datetime) -> None:
    for number, photo in enumerate(photos, start=1):
        kind = photo.content_type.partition("/")[0]
        name = f"录音{number}.{photo.content_type.partition('/')[2]}" if kind == "audio" else f"照片{number}.jpg"
        role = "voice" if kind == "audio" else "photo"
        attach_file(photo, name=name, subject=subject_of(made.pk), role=role, added_by=post.pk, now=now)
