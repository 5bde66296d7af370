"""Meetings on many households at once: put on the agenda, held, and closed with an outcome for each."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import holding
from sangesan.assistance.asking import raise_request
from sangesan.cases.models import AgendaItem, Case, Meeting
from sangesan.cases.outcomes import STAGE, Outcome, act_of
from sangesan.cases.performing import Order, perform
from sangesan.cases.permissions import visible_cases
from sangesan.cases.states import EXITING, STATE_TITLES, State
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree

SITS = {Meeting.Kind.APPRAISAL: Post.Role.VILLAGE, Meeting.Kind.TOWN_REVIEW: Post.Role.TOWN}
MOST_AT_ONCE = 500
MOVED_ON = "会前已不在这一步"


@dataclass(frozen=True)
class Decision:
    """What a meeting decided on one item. Votes of an appraisal; ask: what goes up to the county as a request."""

    item_id: int
    outcome: Outcome
    reason: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None
    withdrew: str = ""
    ask: str = ""


def convene(
    *,
    post: Post,
    kind: Meeting.Kind,
    division: str,
    held_on: date,
    place: str,
    host: str,
    case_ids: Sequence[int],
    today: date,
    recorder: str = "",
    expected: int | None = None,
    present: int | None = None,
    member_posts: Sequence[int] = (),
    minutes: str = "",
) -> Meeting:
    """A meeting with its agenda: cases of the place that stand at this step. Raises Refusal naming what does not fit."""
    with acting(post, "cases.meet", on=f"division:{division}") as act:
        _may_convene(post, kind, division)
        _check(held_on, place, host, expected, present, today)
        cases = list(visible_cases(post).filter(pk__in=case_ids).select_related("household").select_for_update(of=("self",)))
        if not cases or len(cases) != len(set(case_ids)) or len(cases) > MOST_AT_ONCE:
            raise Refusal("请勾选要上会的户", place="议题", remedy=f"每次1至{MOST_AT_ONCE}户，须在本会的管理范围内")
        wrong = [c for c in cases if STAGE.get(State(c.state)) != kind or not _within(c, kind, division)]
        if wrong:
            raise Refusal(
                f"{wrong[0].household.head_name}户现在是“{STATE_TITLES[State(wrong[0].state)]}”，不能上本会",
                place="议题",
                remedy="请刷新页面，只勾选待上本会的户",
            )
        meeting = Meeting.objects.create(
            kind=kind, division=division, held_on=held_on, place=place.strip(), host=host.strip(),
            recorder=recorder.strip(), expected=expected, present=present, members=_members(member_posts, today),
            minutes=minutes.strip(), minutes_digest=minutes_digest(minutes), post=post.pk, post_title=post.title,
        )  # fmt: skip
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=meeting, case=c, round=c.round, exit=c.state in EXITING, at_step=c.steps) for c in cases
        )
        act.detail = {"meeting": meeting.pk, "kind": str(kind), "cases": len(cases)}
    return meeting


def write_minutes(
    *,
    post: Post,
    meeting_id: int,
    version: int,
    expected: int | None,
    present: int | None,
    minutes: str,
    recorder: str,
    today: date,
) -> Meeting:
    """The minutes of a meeting that is still open."""
    with acting(post, "cases.meet", on=f"meeting:{meeting_id}") as act:
        meeting = open_meeting(post, meeting_id, version)
        _check(meeting.held_on, meeting.place, meeting.host, expected, present, today)
        meeting.expected, meeting.present, meeting.minutes = expected, present, minutes.strip()
        meeting.minutes_digest, meeting.recorder = minutes_digest(minutes), recorder.strip()
        meeting.row_version += 1
        meeting.save()
        act.detail = {"minutes": len(meeting.minutes)}
    return meeting


def close(
    *,
    post: Post,
    meeting_id: int,
    version: int,
    decisions: Sequence[Decision],
    today: date,
    now: datetime,
    document_number: str = "",
    versions: Mapping[int, int] | None = None,
) -> Meeting:
    """Every item gets its outcome and every case moves, together or not at all; what goes up becomes a request.

    versions: case -> row_version as the page showed it (now's where left out). A joint meeting needs its document number.
    A household that had left this step before is passed over and stays on the agenda as such. Raises Refusal: an item
    without outcome, votes that do not add up, a case that changed while the page stood open.
    """
    with acting(post, "cases.meet", on=f"meeting:{meeting_id}") as act:
        meeting = open_meeting(post, meeting_id, version)
        if meeting.held_on > today:
            raise Refusal("会议还没有开", place="会议日期", remedy=f"会议定在 {meeting.held_on}，开过之后再登记结果")
        items = {i.pk: i for i in meeting.items.select_related("case", "case__household")}
        given = {d.item_id: d for d in decisions}
        if set(items) != set(given):
            raise Refusal("还有户没有填结果", place="会议结果", remedy="每户都要有结果；不议的请先从议题中去掉")
        if meeting.kind == Meeting.Kind.JOINT_MEETING and not document_number.strip():
            raise Refusal("没有填审定文号", place="审定文号", remedy="如“防返贫办〔2022〕9号”")
        standing = {pk: item for pk, item in items.items() if item.at_step == item.case.steps}
        for pk, item in items.items():
            if pk in standing:
                _record(item, given[pk], meeting)
            else:
                item.outcome, item.reason = Outcome.DEFER, MOVED_ON
        AgendaItem.objects.bulk_update(items.values(), ITEM_FIELDS, batch_size=200)
        meeting.closed_at, meeting.document_number = now, document_number.strip()
        meeting.row_version += 1
        meeting.save()
        decided = [item for item in standing.values() if item.outcome != Outcome.DEFER]
        orders = [_order(item, given[item.pk], meeting, versions or {}) for item in decided]
        if orders:
            perform(post=post, orders=orders, today=today, now=now)
        _send_up(post, decided, given, now)
        act.detail = {"outcomes": {str(i.case_id): i.outcome for i in list(items.values())[:500]}}
    return meeting


ITEM_FIELDS = ["votes_for", "votes_against", "abstained", "withdrew", "outcome", "reason"]


def open_meeting(post: Post, meeting_id: int, version: int) -> Meeting:
    """A meeting of the post's place that is not closed, locked; raises NotAllowed or Refusal."""
    meeting = Meeting.objects.select_for_update().filter(pk=meeting_id).first()
    if meeting is None:
        raise NotAllowed("没有这次会议，或不在您的管理范围内", remedy="请从会议列表进入")
    _may_convene(post, Meeting.Kind(meeting.kind), meeting.division)
    if meeting.closed_at is not None:
        raise Refusal("这次会议已经登记结果", remedy="结果不能改；有误请按退回、回退办理")
    if meeting.row_version != version:
        raise Refusal("您打开页面之后会议有了变动", remedy="请刷新页面看过后再登记")
    return meeting


def minutes_digest(minutes: str) -> str:
    """A digest of the minutes' wording with numbers and spaces left out: equal for pasted minutes; "" for none."""
    plain = re.sub(r"[\W\d_]+", "", minutes)
    return hashlib.sha256(plain.encode()).hexdigest() if len(plain) >= 10 else ""


def _may_convene(post: Post, kind: Meeting.Kind, division: str) -> None:
    """The village's own for an appraisal (its town may enter for it), the town's for a review, the county's jointly."""
    own = post.role == SITS.get(kind, Post.Role.COUNTY) and (post.role == Post.Role.COUNTY or post.division == division)
    for_village = kind == Meeting.Kind.APPRAISAL and post.role == Post.Role.TOWN
    if not own and not (for_village and tree().town_of(division) == post.division):
        raise NotAllowed(f"{Meeting.Kind(kind).label}由{WHO[kind]}召开", remedy=f"请交{WHO[kind]}办理")


WHO = {
    Meeting.Kind.APPRAISAL: "村（社区），或由本镇代录",
    Meeting.Kind.TOWN_REVIEW: "镇",
    Meeting.Kind.JOINT_MEETING: "县专班",
}


def _within(case: Case, kind: Meeting.Kind, division: str) -> bool:
    if kind == Meeting.Kind.APPRAISAL:
        return case.village == division
    return kind == Meeting.Kind.JOINT_MEETING or case.town == division


def _check(held_on: date, place: str, host: str, expected: int | None, present: int | None, today: date) -> None:
    if not place.strip() or not host.strip():
        raise Refusal("没有写会议地点或主持人", place="会议", remedy="请补上")
    if (today - held_on).days > 365:
        raise Refusal("会议日期早于一年以前", place="会议日期", remedy="请核对年份")
    if expected is not None and present is not None and present > expected:
        raise Refusal(f"实到{present}人多于应到{expected}人", place="到会人数", remedy="请核对两个数")


def _members(posts: Sequence[int], today: date) -> list[dict[str, object]]:
    """Those who sat, as posts held on the day; raises Refusal for a post that nobody holds."""
    found = {p.pk: p for p in holding(today).filter(pk__in=posts)}
    if set(posts) - set(found):
        raise Refusal("参会人员中有已离任的岗位", place="参会人员", remedy="请重新选择在任的岗位")
    return [{"post": p.pk, "title": p.title, "name": p.user.name if p.user else ""} for p in found.values()]


def _record(item: AgendaItem, decision: Decision, meeting: Meeting) -> None:
    place = f"{item.case.household.head_name}户"
    if decision.outcome == Outcome.DEFER:
        item.outcome, item.reason = decision.outcome, decision.reason.strip()[:300]
        return
    votes = (decision.votes_for, decision.votes_against, decision.abstained)
    if meeting.kind == Meeting.Kind.APPRAISAL:
        counted = [v for v in votes if v is not None]
        if len(counted) != 3 or min(counted) < 0:
            raise Refusal("票数没有填全", place=place, remedy="同意、不同意、弃权都要填，没有填0")
        if meeting.present is None or sum(counted) > meeting.present:
            raise Refusal(
                f"票数合计{sum(counted)}多于实到{meeting.present or 0}人", place=place, remedy="请核对票数和实到人数"
            )
    item.votes_for, item.votes_against, item.abstained = votes
    item.withdrew, item.outcome = decision.withdrew.strip(), decision.outcome
    item.reason = (decision.reason.strip() or decision.ask.strip())[:300]


def _order(item: AgendaItem, decision: Decision, meeting: Meeting, versions: Mapping[int, int]) -> Order:
    act = act_of(decision.outcome, State(item.case.state))
    version = versions.get(item.case_id, item.case.row_version)
    return Order(item.case_id, version, act, meeting.held_on, decision.reason, meeting.document_number)


def _send_up(post: Post, items: Sequence[AgendaItem], given: Mapping[int, Decision], now: datetime) -> None:
    """What the town cannot solve becomes a request to the county."""
    for item in items:
        if item.outcome != Outcome.SEND_UP:
            continue
        decision, home = given[item.pk], item.case.household
        need = decision.reason.strip() or item.case.reason
        try:
            raise_request(post=post, household_id=home.pk, need=need, asked=decision.ask, now=now)
        except Refusal as refusal:
            raise refusal.at(f"{home.head_name}户") from None
