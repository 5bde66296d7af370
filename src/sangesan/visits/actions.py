"""Recording a visit, and answering what in it is odd."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.files.attaching import Prepared, place, prepare, prepare_all
from sangesan.files.models import Attachment, StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.registry.models import Household, Living
from sangesan.registry.queries import members_of, names_of
from sangesan.responsibility.permissions import lines_of
from sangesan.responsibility.telling import tell_other_line
from sangesan.visits.domain import OUTCOMES, SHORTEST_REASON, Answers, Around, Conclusion, check_visit
from sangesan.visits.income import Account, account, income_period
from sangesan.visits.models import Visit
from sangesan.visits.permissions import reached, visible_visits
from sangesan.visits.plausibility import Doubt, plausibility
from sangesan.visits.queries import subject_of

MOST_PHOTOS = 12
Kind = StoredFile.Kind


@dataclass(frozen=True)
class Files:
    """What came with a visit, prepared: photos, the drawn signature, photographed pages."""

    photos: tuple[Prepared, ...] = ()
    signature: Prepared | None = None
    scans: tuple[Prepared, ...] = ()

    def by_role(self) -> Iterable[tuple[str, str, Prepared]]:
        """Role, name and content of each."""
        for number, photo in enumerate(self.photos, start=1):
            yield "photo", f"照片{number}.jpg", photo
        for number, scan in enumerate(self.scans, start=1):
            yield "scan", f"签字页{number}.{'pdf' if scan.content_type.endswith('pdf') else 'jpg'}", scan
        if self.signature is not None:
            yield "signature", "签名.jpg", self.signature


def record_visit(
    *,
    post: Post,
    household_id: int,
    answers: Answers,
    photos: Sequence[bytes] = (),
    signature: bytes | None = None,
    scans: Sequence[bytes] = (),
    clue: int | None = None,
    case: int | None = None,
    now: datetime,
    today: date,
) -> Visit:
    """Keeps a visit with its photos and its signature, whole or not at all.

    signature: the picture of one drawn by finger; scans: photographed or scanned pages with signature or fingerprint.
    clue, case: where the visit was for one. Raises Refusal for what is impossible or already recorded, NotAllowed
    outside the post's reach. What is odd is kept as `warnings` to be answered.
    """
    reached(require(post, "visits.record"), household_id)
    files = prepare_files(photos=photos, signature=signature if answers.signed_how == "finger" else None, scans=scans)
    return keep_visit(
        post=post, household_id=household_id, answers=answers, files=files, clue=clue, case=case, now=now, today=today
    )


def keep_visit(
    *,
    post: Post,
    household_id: int,
    answers: Answers,
    files: Files,
    clue: int | None = None,
    case: int | None = None,
    now: datetime,
    today: date,
) -> Visit:
    """`record_visit` with files that are prepared already, for an act of a slice above that has a visit in it."""
    with acting(post, "visits.record", on=f"household:{household_id}", reason=answers.reason.strip()) as act:
        household = reached(post, household_id)
        around = _around(household, files)
        conclusion = check_visit(answers, around, today=today)
        sums = None
        if answers.income and answers.people:
            sums = account(
                answers.income, claims=answers.claims_fen, self_paid=answers.self_paid, people=answers.people
            )
        doubts = [*plausibility(answers, around, sums), *_about_photos(files, answers.visited_on)]
        visit = Visit(household=household, clue=clue, case=case, recorded_at=now, conclusion=conclusion)
        _fill(visit, answers, sums)
        _entered_by(visit, post, answers.entered_for, household)
        _not_twice(post, household, answers)
        visit.warnings = [{"code": doubt.code, "text": doubt.text} for doubt in doubts]
        visit.save()
        _attach(visit, files, post, now)
        _tell(visit, post, household, today, now)
        act.on = subject_of(visit.pk)
        act.detail = {"household": household_id, "purposes": list(answers.purposes), "conclusion": str(conclusion)}
        act.detail |= {"visited_on": answers.visited_on.isoformat(), "files": len(list(files.by_role()))}
    return visit


def _tell(visit: Visit, post: Post, household: Household, today: date, now: datetime) -> None:
    """What one line of a relocated household saw the other is told at once; somebody of neither line tells both."""
    lines = lines_of(post, household)
    seen_by = next(iter(lines)) if len(lines) == 1 else None
    if len(lines) < 2:
        sentence = f"{post.title}{visit.visited_on.isoformat()}入户：{OUTCOMES[Conclusion(visit.conclusion)]}"
        tell_other_line([(household, subject_of(visit.pk), sentence)], seen_by_line=seen_by, now=now, today=today)


def answer_warning(*, post: Post, visit_id: int, code: str, reason: str, now: datetime) -> Visit:
    """Says why something odd is right all the same. Raises Refusal for an unknown code or an empty reason."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("没有写清理由", place="提醒", remedy="请写明实际情况")
    with acting(post, "visits.record", on=subject_of(visit_id), reason=reason.strip()) as act:
        visit = visible_visits(post).select_for_update(of=("self",)).filter(pk=visit_id).first()
        if visit is None:
            raise NotAllowed("没有这次入户，或不在您的管理范围内", remedy="请从农户页面进入")
        found = [warning for warning in visit.warnings if warning["code"] == code]
        if not found:
            raise Refusal("没有这条提醒", place="提醒", remedy="请刷新页面")
        for warning in found:
            warning |= {"reason": reason.strip(), "by": post.title, "at": now.isoformat()}
        visit.row_version += 1
        visit.save(update_fields=["warnings", "row_version"])
        act.detail = {"warning": code}
    return visit


def prepare_files(
    *, photos: Sequence[bytes] = (), signature: bytes | None = None, scans: Sequence[bytes] = ()
) -> Files:
    """The files made safe and put on disk; before the transaction, since it is slow. Raises Refusal."""
    if len(photos) + len(scans) > MOST_PHOTOS:
        raise Refusal(f"照片超过 {MOST_PHOTOS} 张", place="照片", remedy="请挑最能说明情况的几张")
    made = prepare_all(photos, called="照片", most=MOST_PHOTOS, kind=Kind.PHOTO)
    drawn = prepare(signature, Kind.SIGNATURE) if signature else None
    return Files(tuple(made), drawn, tuple(prepare(scan, Kind.SCAN) for scan in scans))


def _around(household: Household, files: Files) -> Around:
    living = Living.objects.filter(household=household, valid_to=None).order_by("-valid_from").first()
    return Around(
        members=frozenset(members_of(household.pk)),
        photos=len(files.photos),
        signature=files.signature is not None,
        scans=len(files.scans),
        returned_mu=living.returned_mu if living else None,
    )


def _not_twice(post: Post, household: Household, answers: Answers) -> None:
    """A phone that sends twice on a bad line must not make two visits."""
    same = Visit.objects.filter(household=household, visited_on=answers.visited_on, post=post.pk)
    same = same.filter(checkers="、".join(answers.checker_names), began_at=answers.began_at)
    if any(set(visit.purposes) == set(answers.purposes) for visit in same if visit.checker_names):
        raise Refusal(
            "这次入户已经登记过了", place="入户登记", remedy="请到农户页面查看；同一天又去了一次的，请填不同的开始时间"
        )


def _about_photos(files: Files, visited_on: date) -> Iterable[Doubt]:
    """Photos of another day, and photos that another record shows already."""
    if any(photo.taken_at and photo.taken_at.date() != visited_on for photo in files.photos):
        yield Doubt("photo_other_day", "有照片不是入户当天拍的")
    if _used_before([photo.sha256 for photo in files.photos]):
        yield Doubt("photo_used_before", "有照片在别的记录里用过")


def _used_before(digests: Collection[str]) -> bool:
    return Attachment.objects.filter(file__kind=Kind.PHOTO, file__sha256__in=digests).exists()


def _fill(visit: Visit, answers: Answers, sums: Account | None) -> None:
    """The answers into the visit's fields."""
    same = "visited_on began_at place tests tests_notes claims_fen debts_fen people labour house_grade water_source signed_by"
    for name in same.split():
        setattr(visit, name, getattr(answers, name))
    for name in "purposes members_seen members_away checker_names risks".split():
        setattr(visit, name, list(getattr(answers, name)))
    for name in "reason members_note household_opinion signed_by_name".split():
        setattr(visit, name, getattr(answers, name).strip())
    visit.tests = {test: answers.tests.get(test) for test in answers.tests}
    visit.tests_notes = {test: note.strip() for test, note in answers.tests_notes.items() if note.strip()}
    visit.checkers = "、".join(answers.checker_names)
    visit.income = [line.as_row() for line in answers.income]
    visit.self_paid = [cost.as_row() for cost in answers.self_paid]
    if sums is not None:
        visit.income_from, visit.income_to = income_period(answers.visited_on)
        visit.income_per_head_fen, visit.reference_per_head_fen = sums.net_per_head, sums.reference_per_head
    visit.signed, visit.signed_how = bool(answers.signed_how), answers.signed_how
    if answers.signed_by:
        visit.signed_by_name = names_of([answers.signed_by]).get(answers.signed_by, "")


def _entered_by(visit: Visit, post: Post, entered_for: str, household: Household) -> None:
    """Whose word the record is: a town clerk may enter for the household's village and is named as such."""
    visit.post, visit.post_title, visit.post_division = post.pk, post.title, post.division
    if not entered_for:
        return
    if post.role != Post.Role.TOWN or entered_for not in {household.village, household.residence}:
        raise Refusal("只有镇级可以替本户所在的村代录", place="代录", remedy="请清空“代录”，或由镇级岗位登记")
    visit.entered_for, visit.post_division = tree().full_name(entered_for), entered_for


def _attach(visit: Visit, files: Files, post: Post, now: datetime) -> None:
    for role, name, content in files.by_role():
        place(content, name=name, subject=subject_of(visit.pk), role=role, added_by=post.pk, now=now)


def warnings_open(visits: Iterable[Visit]) -> list[dict[str, Any]]:
    """What in these visits is odd and not yet answered."""
    return [warning for visit in visits for warning in visit.warnings if not warning.get("reason")]
