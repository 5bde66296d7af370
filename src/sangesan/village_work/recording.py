"""Logging a duty, following up what it found, correcting a log. Each is an act; a phone that sends twice makes one row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.submissions import own_only
from sangesan.amendments.queries import parameter_number
from sangesan.clues.raising import raise_clue
from sangesan.files.attaching import Prepared, place_all, prepare_all
from sangesan.files.models import Attachment, StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.village_work.domain import SHORTEST_WORDS, Answers, Result, check_follow_up, check_log
from sangesan.village_work.kind_history import histories
from sangesan.village_work.kinds import Form, History, Kind
from sangesan.village_work.models import Log, Problem
from sangesan.village_work.permissions import reached_village
from sangesan.village_work.words import LOG, opened, seal

PHOTO = StoredFile.Kind.PHOTO
MOST_PHOTOS = 9
LATE_DAYS = "village_log_late_days"
CHANNEL = "GRID"
OTHER_DAY, USED_BEFORE = "photo_other_day", "photo_used_before"
WARNINGS = {OTHER_DAY: "有照片不是巡查当天拍的", USED_BEFORE: "有照片在别的记录里用过"}


@dataclass(frozen=True)
class Raise:
    """Clues to raise of a problem: of the place, and of households (their numbers)."""

    place: bool = False
    households: tuple[int, ...] = ()


def subject_of(log_id: int) -> str:
    """The subject of a log's attachments."""
    return f"village_log:{log_id}"


def log_duty(
    *,
    post: Post,
    village: str,
    kind: str,
    given: Answers,
    photos: Sequence[bytes] = (),
    clues: Raise | None = None,
    submission: UUID,
    today: date,
    now: datetime,
) -> Log:
    """One round of a duty; a problem stays open until a follow-up. The same submission again gives the same log.

    Raises Refusal for what is not in order, NotAllowed outside the post's reach.
    """
    require(post, "village_work.log")
    reached_village(post, village)
    if (there := _sent_before(submission, post)) is not None:
        return there
    history = _history(kind)
    prepared = prepare_photos(photos)
    with acting(post, "village_work.log", on=f"division:{village}") as act:
        known = _kind_on(history, given.done_on)
        _in_order(known, given, len(prepared), today)
        log = _new(village, history, given, prepared, post=post, submission=submission, today=today, now=now)
        if log.result == Result.PROBLEM:
            log.problem = Problem.objects.create(village=village, kind=kind, opened_on=given.done_on)
        log.save()
        _attach(log, prepared, post, now)
        numbers = _raise(log, known, given.words, clues or Raise(), post=post, now=now, today=today)
        act.on = subject_of(log.pk)
        act.detail = {"village": village, "kind": kind, "result": log.result, "clues": numbers, "files": len(prepared)}
    return log


def follow_up(
    *,
    post: Post,
    problem_id: int,
    solved: bool,
    words: str,
    photos: Sequence[bytes] = (),
    done_on: date,
    submission: UUID,
    today: date,
    now: datetime,
) -> Log:
    """What was done about an open problem; solved (with a photo) it is closed. Raises Refusal, NotAllowed."""
    require(post, "village_work.log")
    if (there := _sent_before(submission, post)) is not None:
        return there
    prepared = prepare_photos(photos)
    with acting(post, "village_work.log", on=f"village_problem:{problem_id}") as act:
        problem = Problem.objects.select_for_update().filter(pk=problem_id).first()
        if problem is None:
            raise NotAllowed("没有这个问题，或不在您的管理范围内", remedy="请从村的页面进入")
        reached_village(post, problem.village)
        if problem.closed_on is not None:
            raise Refusal(f"这个问题已于 {problem.closed_on} 解决", remedy="又出现的请登记新的巡查")
        check_follow_up(
            solved=solved, words=words, photos=len(prepared), done_on=done_on, opened_on=problem.opened_on, today=today
        )
        given = Answers(done_on, Result.OK if solved else Result.PROBLEM, {}, words)
        history = _history(problem.kind)
        log = _new(problem.village, history, given, prepared, post=post, submission=submission, today=today, now=now)
        log.problem, log.follow_up, log.solved = problem, True, solved
        log.save()
        _attach(log, prepared, post, now)
        if solved:
            Problem.objects.filter(pk=problem.pk).update(closed_on=done_on)
        act.detail = {"log": log.pk, "solved": solved, "files": len(prepared)}
    return log


def correct_log(
    *,
    post: Post,
    log_id: int,
    given: Answers | None,
    reason: str,
    photos: Sequence[bytes] = (),
    submission: UUID,
    today: date,
    now: datetime,
) -> Log:
    """A row that takes the place of a log (given None: of one that should not have been); the log itself stays.

    Its photos go on counting. A problem that the corrected log no longer has is closed as mistaken. A follow-up is not
    corrected: one writes another. Raises Refusal, NotAllowed.
    """
    require(post, "village_work.log")
    if (there := _sent_before(submission, post)) is not None:
        return there
    prepared = prepare_photos(photos)
    with acting(post, "village_work.log", on=subject_of(log_id), reason=reason.strip()) as act:
        before = Log.objects.select_for_update(of=("self",)).filter(pk=log_id).first()
        if before is None:
            raise NotAllowed("没有这条记录，或不在您的管理范围内", remedy="请从村的页面进入")
        reached_village(post, before.village)
        _correctable(before, reason)
        history = _history(before.kind)
        written = given or Answers(before.done_on, before.result, before.answers, opened(LOG, before.sealed).get("words", ""))
        if given is not None:
            _in_order(_kind_on(history, given.done_on), given, len(prepared), today, kept_photos=_photos_of(before))
        log = _new(before.village, history, written, prepared, post=post, submission=submission, today=today, now=now)
        log.corrects, log.void = before, given is None
        log.problem = _problem_after(before, log, today)
        log.save()
        _attach(log, prepared, post, now)
        act.detail = {"log": log.pk, "void": log.void, "result": log.result}
    return log


def prepare_photos(photos: Sequence[bytes]) -> list[Prepared]:
    """Photos made safe and put on disk, before any transaction; raises Refusal naming the one that is none."""
    return prepare_all(photos, called="照片", most=MOST_PHOTOS, kind=PHOTO)


def late_days(on: date) -> int:
    """How many days after the round a log is entered without having to say why."""
    return parameter_number(LATE_DAYS, on)


def photo_doubts(prepared: Collection[Prepared], day: date) -> list[str]:
    """Codes of what is odd about photos: of another day, shown in another record already."""
    found = []
    if any(photo.taken_at and photo.taken_at.date() != day for photo in prepared):
        found.append(OTHER_DAY)
    digests = [photo.sha256 for photo in prepared]
    if digests and Attachment.objects.filter(file__kind=PHOTO, file__sha256__in=digests).exists():
        found.append(USED_BEFORE)
    return found


def _sent_before(submission: UUID, post: Post) -> Log | None:
    """The log that this submission made already; raises Refusal where another post's form has the same id."""
    return own_only(Log.objects.filter(submission=submission).first(), post)


def _history(kind: str) -> History:
    found = histories().get(kind)
    if found is None or found.newest.form != Form.LOG:
        raise Refusal("没有这项巡查", place="职责", remedy="请刷新页面后重选")
    return found


def _kind_on(history: History, day: date) -> Kind:
    """The kind as it held on the day of the round, so that its own questions are asked."""
    found = history.on(day)
    if found is None:
        raise Refusal(f"{history.newest.title}在这一天已停用", place="巡查日期", remedy="请核对日期")
    return found


def _in_order(kind: Kind, given: Answers, photos: int, today: date, *, kept_photos: int = 0) -> None:
    counted = Answers(given.done_on, given.result, given.answers, given.words, given.late_reason, photos)
    check_log(kind, counted, today=today, late_days=late_days(today), kept_photos=kept_photos)


def _correctable(log: Log, reason: str) -> None:
    if hasattr(log, "corrected_by"):
        raise Refusal("这条记录已经更正过", remedy="请更正最新的那一条")
    if log.void or log.follow_up:
        raise Refusal("这条记录不能更正", remedy="处理情况写错的，请再登记一次处理情况")
    if log.problem_id and log.problem is not None and log.problem.logs.filter(follow_up=True).exists():
        raise Refusal("这条记录的问题已有处理情况，不能再更正", remedy="请登记新的巡查，写明实际情况")
    if len(reason.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写为什么更正", place="更正原因", remedy="如“日期填错”“登记到别的村了”")


def _new(
    village: str,
    history: History,
    given: Answers,
    prepared: Sequence[Prepared],
    *,
    post: Post,
    submission: UUID,
    today: date,
    now: datetime,
) -> Log:
    """The unsaved log in its period."""
    period = history.schedule.period_of(given.done_on)
    end = min(period.end, today + timedelta(days=366))  # a stopped kind has no end of its own
    return Log(
        village=village,
        kind=history.code,
        done_on=given.done_on,
        entered_on=today,
        period_start=period.start,
        period_end=end,
        answers=dict(given.answers),
        result=given.result,
        sealed=seal(LOG, {"words": given.words.strip()[:1000], "late_reason": given.late_reason.strip()[:200]}),
        warnings=photo_doubts(prepared, given.done_on),
        submission=submission,
        post=post.pk,
        post_title=post.title,
        recorded_at=now,
    )


def _attach(log: Log, prepared: Sequence[Prepared], post: Post, now: datetime) -> None:
    place_all(prepared, called="照片", subject=subject_of(log.pk), role="photo", added_by=post.pk, now=now)


def _photos_of(log: Log) -> int:
    return Attachment.objects.filter(subject=subject_of(log.pk)).count()


def _problem_after(before: Log, log: Log, today: date) -> Problem | None:
    """The problem that the correction leaves: the same, a new one, or none, the old one closed as mistaken."""
    found = log.result == Result.PROBLEM and not log.void
    if before.problem is not None and not found:
        Problem.objects.filter(pk=before.problem.pk, closed_on=None).update(closed_on=today, mistaken=True)
        return None
    if before.problem is None and found:
        return Problem.objects.create(village=log.village, kind=log.kind, opened_on=log.done_on)
    return before.problem if found else None


def _raise(log: Log, kind: Kind, words: str, clues: Raise, *, post: Post, now: datetime, today: date) -> list[int]:
    """Clues of a problem: their numbers. Several households have each their own clue."""
    if log.result != Result.PROBLEM:
        return []
    where = tree().names.get(log.village, log.village)
    about: list[int | None] = [*dict.fromkeys(clues.households), *([None] if clues.place else [])]
    return [
        raise_clue(
            post=post,
            household_id=household,
            division="" if household else log.village,
            risk=kind.risk,
            channel=CHANNEL,
            words=f"{where}{kind.title}：{words.strip()}",
            source=subject_of(log.pk),
            seen_on=log.done_on,
            now=now,
            today=today,
        ).clue.pk
        for household in about
    ]
