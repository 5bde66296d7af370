"""What of a household may hang on a wall: the only thing that public papers are made from.

Built field by field from an allow-list; nothing else of a case reaches them. documents.public scans the file itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.cases.models import AgendaItem, Case, Meeting, NoticeCase
from sangesan.cases.outcomes import Outcome
from sangesan.cases.papers.context import Asked
from sangesan.cases.papers.meeting_file import groups_of
from sangesan.cases.papers.reaching import meeting_for, notice_for, place_for
from sangesan.cases.papers.wording import category_of
from sangesan.documents.public import neutral_risks, public_policy
from sangesan.kernel.masking import MASK, mask_name
from sangesan.kernel.refusal import Refusal
from sangesan.policy.regimes import load_regimes
from sangesan.regions.queries import tree

GROUP = re.compile(r"第?[一二三四五六七八九十0-9]{1,3}(?:村民)?(?:小)?组")
OFFICE_PHONE = re.compile(r"(?:0[0-9]{2,3}[- ]?)?[0-9]{7,8}|1[3-9][0-9]{9}|1[0-9]{2,4}|12[0-9]{3}")


@dataclass(frozen=True)
class PublicLine:
    """One household in public. group: only what looks like a group; risks: neutral words; all may be ""."""

    village: str
    group: str
    masked_name: str
    category: str
    risk_words: str


@dataclass(frozen=True)
class PublicNotice:
    """A poster: whole content. village: code; subject: 监测对象."""

    village: str
    exit: bool
    subject: str
    place: str
    from_day: date
    to_day: date
    office_phone: str
    lines: tuple[PublicLine, ...]


@dataclass(frozen=True)
class PublicAnnouncement:
    """A town's announcement of the county's decision: who was taken in, whose risk was eliminated."""

    town: str
    subject: str
    decision_number: str
    decided_day: date
    entering: tuple[PublicLine, ...]
    exiting: tuple[PublicLine, ...]


def load_notice(asked: Asked) -> PublicNotice:
    """The poster of a notice in the post's reach; raises NotAllowed."""
    notice = notice_for(asked.post, asked.subject)
    rows = NoticeCase.objects.filter(notice=notice).select_related("case__household").order_by("id")
    cases = [row.case for row in rows]
    return PublicNotice(
        village=notice.village,
        exit=notice.exit,
        subject=_subject(cases),
        place=notice.place,
        from_day=notice.posted_on,
        to_day=notice.until,
        office_phone=office_phone(notice.phone),
        lines=public_lines(cases, asked.today),
    )


def load_announcement(asked: Asked) -> PublicAnnouncement:
    """What the county decided on a town's households, all of them. The county names the town; others ask for their own.

    Raises NotAllowed, Refusal for another kind of meeting, while nothing is decided, and where the town is missing.
    """
    meeting = meeting_for(asked.post, asked.subject)
    rows = AgendaItem.objects.filter(meeting=meeting, outcome=Outcome.PASS).select_related("case__household")
    passed = list(rows.order_by("case__village", "id"))
    if meeting.kind != Meeting.Kind.JOINT_MEETING or meeting.closed_at is None or not passed:
        raise Refusal("会议还没有登记审定结果，或没有通过的户", place="公告", remedy="联席会议登记结果后再打印公告")
    town = _town(asked, {item.case.town for item in passed})
    own = [item for item in passed if item.case.town == town]
    if not own:
        raise Refusal("这次会议没有审定这个镇的户", place="公告", remedy="请选择有审定结果的镇")
    return PublicAnnouncement(
        town=town,
        subject=_subject([item.case for item in own]),
        decision_number=meeting.document_number,
        decided_day=meeting.held_on,
        entering=public_lines([item.case for item in own if not item.exit], asked.today),
        exiting=public_lines([item.case for item in own if item.exit], asked.today),
    )


def _town(asked: Asked, towns: set[str]) -> str:
    if asked.post.role == Post.Role.TOWN:
        return asked.post.division
    if asked.post.role in {Post.Role.VILLAGE, Post.Role.GRID}:
        return tree().town_of(asked.post.division)
    if asked.place:
        return place_for(asked.post, asked.place)
    if len(towns) == 1:
        return next(iter(towns))
    raise Refusal("这次会议涉及几个镇，公告由各镇分别发布", place="公告", remedy="请选择是哪个镇的公告")


def public_lines(cases: Sequence[Case], on: date) -> tuple[PublicLine, ...]:
    """The allow-list applied: masked head, group, category's word, neutral risks."""
    groups = groups_of([c.household_id for c in cases], on)
    return tuple(_line(case, groups.get(case.household_id, "")) for case in cases)


def _line(case: Case, group: str) -> PublicLine:
    regime = load_regimes()[case.regime]
    return PublicLine(
        village=tree().names.get(case.village, ""),
        group=group if GROUP.fullmatch(group) else "",
        masked_name=public_name(case.household.head_name),
        category=category_of(regime, case.category),
        risk_words=neutral_risks(known_risks(case.risks)),
    )


def public_name(name: str) -> str:
    """The masked name; where what stays is no plain name (a digit, a word of health), only its first character stays."""
    masked = mask_name("".join(unicodedata.normalize("NFKC", name).split()))
    if not masked or not _is_letter(masked[0]):
        return MASK * 2
    told = any(word in masked for word in public_policy().health)
    if told or (not _is_letter(masked[-1]) and masked[-1] != MASK):
        masked = masked[0] + MASK * (len(masked) - 1)
    return MASK * 2 if any(word in masked for word in public_policy().health) else masked


def _is_letter(character: str) -> bool:
    return character.isalpha()


def known_risks(codes: Iterable[str]) -> list[str]:
    """Codes that have a neutral word; another one says nothing in public."""
    return [code for code in codes if code in public_policy().neutral_risks]


def office_phone(text: str) -> str:
    """The office's phone where it is one; anything else (an identity number, a sentence) is left for the pen."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain if OFFICE_PHONE.fullmatch(plain) else ""


def _subject(cases: Sequence[Case]) -> str:
    return load_regimes()[cases[0].regime].terms["subject"] if cases else "监测对象"
