"""Quarterly meetings as pages: all who see the statistics see packs and decisions; the minutes' words only when issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.bulletins.models import Document
from sangesan.dispatch.models import Meeting
from sangesan.dispatch.quarter_domain import DONE, LATE
from sangesan.dispatch.quarter_meeting import Shown, decisions_of, former_section, origin_of
from sangesan.dispatch.quarter_pack import Section
from sangesan.dispatch.quarter_text import pack_paper
from sangesan.dispatch.told_words import MEETING, opened
from sangesan.documents.form import Paper
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county
from sangesan.registry.permissions import WHOLE_COUNTY

DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人。"
MOST_LISTED = 24


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in a list. late: its own day has passed and it was not held."""

    meeting: Meeting
    decided: int
    done: int
    overdue: int
    late: bool


@dataclass(frozen=True)
class MeetingPage:
    """A meeting. pack: its sections, the former decisions as they stand now until it was held; told: of the minutes,
    {} for those who see them only once they are issued.
    """

    meeting: Meeting
    pack: Sequence[Section]
    decisions: Sequence[Shown]
    told: dict[str, str]


def meetings(post: Post, today: date) -> list[MeetingLine]:
    """The meetings, the newest first, with how their decisions stand."""
    require(post, "dispatch.see")
    made = []
    for row in Meeting.objects.order_by("-ended_on")[:MOST_LISTED]:
        shown = decisions_of(row, today)
        done = sum(one.standing == DONE for one in shown)
        overdue = sum(one.standing == LATE for one in shown)
        made.append(MeetingLine(row, len(shown), done, overdue, row.held_on is None and row.due_on < today))
    return made


def meeting_page(post: Post, quarter: Quarter, today: date) -> MeetingPage:
    """One meeting; raises Refusal where the quarter has none yet."""
    require(post, "dispatch.see")
    meeting = Meeting.objects.select_related("former").filter(period=str(quarter)).first()
    if meeting is None:
        raise Refusal(f"{quarter} 还没有会议材料", place="季调度", remedy="到关账日系统自动生成，或由县专班生成")
    pack = meeting.pack
    if meeting.held_on is None:
        pack = [former_section(meeting.former, today), *pack[1:]]
    told = opened(MEETING, meeting.sealed) if _may_read(post, meeting) else {}
    return MeetingPage(meeting, pack, decisions_of(meeting, today), told)


def pack_as_paper(post: Post, quarter: Quarter) -> Paper:
    """The pack on paper, as it is or was put before the meeting. Raises Refusal."""
    require(post, "dispatch.see")
    meeting = Meeting.objects.filter(period=str(quarter)).first()
    if meeting is None:
        raise Refusal(f"{quarter} 还没有会议材料", place="季调度", remedy="请先生成材料")
    found = county()
    return pack_paper(quarter, meeting.pack, found.name, DEMONSTRATION if found.is_demonstration else "")


def waiting_meetings() -> tuple[int, date | None]:
    """(packs whose meeting was not held yet, the earliest day by which one should be)."""
    days = list(Meeting.objects.filter(held_on=None).order_by("due_on").values_list("due_on", flat=True))
    return len(days), days[0] if days else None


def _may_read(post: Post, meeting: Meeting) -> bool:
    if post.role in WHOLE_COUNTY:
        return True
    return Document.objects.filter(origin=origin_of(meeting), state=Document.State.ISSUED).exists()
