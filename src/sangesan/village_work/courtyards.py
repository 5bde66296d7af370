"""Recording a courtyard meeting (院落会议): who told whom what, what was asked, what came to light on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.clues.raising import raise_clue
from sangesan.files.attaching import Prepared, place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.registry.permissions import visible_households
from sangesan.village_work.domain import check_courtyard
from sangesan.village_work.kinds import topics
from sangesan.village_work.models import Courtyard
from sangesan.village_work.permissions import reached_village
from sangesan.village_work.recording import prepare_photos
from sangesan.village_work.words import COURTYARD, seal

CHANNEL = "SELF"
SCAN = StoredFile.Kind.SCAN
MOST_QUESTIONS, MOST_CLUES = 30, 20


@dataclass(frozen=True)
class Question:
    """What somebody asked, and what was answered."""

    asked: str
    answered: str


@dataclass(frozen=True)
class Found:
    """A household's trouble that came to light at the meeting."""

    household: int
    risk: str
    words: str


@dataclass(frozen=True)
class Content:
    """A meeting as it was filled in. people: how many came; households: numbers of those that were there, optional."""

    held_on: date
    place: str
    host: str
    people: int | None
    topics: Sequence[str]
    questions: Sequence[Question] = ()
    names: str = ""
    households: Sequence[int] = ()
    words: str = ""
    clues: Sequence[Found] = ()


def subject_of(meeting_id: int) -> str:
    """The subject of a meeting's attachments, and the source of its clues."""
    return f"courtyard:{meeting_id}"


def record_courtyard(
    *,
    post: Post,
    village: str,
    content: Content,
    photos: Sequence[bytes] = (),
    sheets: Sequence[bytes] = (),
    corrects: int | None = None,
    submission: UUID,
    today: date,
    now: datetime,
) -> Courtyard:
    """A meeting with its clues: all or nothing. sheets: the scanned or photographed sign-in list.

    corrects: the record that this one takes the place of, which stays; its clues stay as well. The same submission
    again gives the same record. Raises Refusal for what is not in order, NotAllowed outside the post's reach.
    """
    require(post, "village_work.meet")
    reached_village(post, village)
    there = Courtyard.objects.filter(submission=submission, post=post.pk).first()
    if there is not None:
        return there
    pictures, scans = prepare_photos(photos), [prepare(sheet, SCAN) for sheet in sheets]
    with acting(post, "village_work.meet", on=f"division:{village}") as act:
        check_courtyard(
            held_on=content.held_on, place=content.place, host=content.host, people=content.people,
            topics=content.topics, known=topics(), today=today,
        )  # fmt: skip
        questions = [q for q in content.questions if q.asked.strip()][:MOST_QUESTIONS]
        before = _corrected(corrects, village)
        meeting = Courtyard.objects.create(
            village=village,
            held_on=content.held_on,
            entered_on=today,
            place=content.place.strip()[:80],
            host=content.host.strip()[:60],
            people=content.people or 0,
            topics=list(dict.fromkeys(content.topics)),
            questions=len(questions),
            clues=len(content.clues) + (before.clues if before else 0),
            sealed=seal(COURTYARD, _sealed(post, content, questions)),
            corrects=before,
            submission=submission,
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
        )
        _attach(meeting, pictures, scans, post, now)
        numbers = _raise(meeting, content.clues, post=post, now=now, today=today)
        act.on = subject_of(meeting.pk)
        act.detail = {"village": village, "people": meeting.people, "clues": numbers, "corrects": corrects}
    return meeting


def _corrected(number: int | None, village: str) -> Courtyard | None:
    if number is None:
        return None
    before = Courtyard.objects.select_for_update(of=("self",)).filter(pk=number, village=village).first()
    if before is None:
        raise NotAllowed("没有这次会议，或不在您的管理范围内", remedy="请从院落会议列表进入")
    if hasattr(before, "corrected_by"):
        raise Refusal("这次会议的记录已经更正过", remedy="请更正最新的那一份")
    return before


def _sealed(post: Post, content: Content, questions: Sequence[Question]) -> dict[str, object]:
    seen = visible_households(post).filter(pk__in=list(content.households)).values_list("pk", flat=True)
    return {
        "names": content.names.strip()[:2000],
        "households": sorted(seen),
        "questions": [{"asked": q.asked.strip()[:500], "answered": q.answered.strip()[:1000]} for q in questions],
        "words": content.words.strip()[:1000],
    }


def _attach(
    meeting: Courtyard, pictures: Sequence[Prepared], scans: Sequence[Prepared], post: Post, now: datetime
) -> None:
    subject = subject_of(meeting.pk)
    for number, photo in enumerate(pictures, start=1):
        place(photo, name=f"会议照片{number}.jpg", subject=subject, role="photo", added_by=post.pk, now=now)
    for number, sheet in enumerate(scans, start=1):
        place(sheet, name=f"签到表{number}", subject=subject, role="sign_in", added_by=post.pk, now=now)


def _raise(meeting: Courtyard, clues: Sequence[Found], *, post: Post, now: datetime, today: date) -> list[int]:
    """The clues' numbers. Two troubles of one household and risk are one clue, the second only another word for it."""
    if len(clues) > MOST_CLUES:
        raise Refusal(f"线索超过 {MOST_CLUES} 条", place="当场发现的线索", remedy="请分几次登记")
    numbers = []
    for number, one in enumerate(clues, start=1):
        try:
            raised = raise_clue(
                post=post,
                household_id=one.household,
                risk=one.risk,
                channel=CHANNEL,
                words=one.words,
                source=subject_of(meeting.pk),
                seen_on=meeting.held_on,
                now=now,
                today=today,
            )
        except NotAllowed as refusal:
            raise NotAllowed(refusal.message, place=f"第{number}条线索", remedy=refusal.remedy) from None
        except Refusal as refusal:
            raise refusal.at(f"第{number}条线索") from None
        numbers.append(raised.clue.pk)
    return numbers
