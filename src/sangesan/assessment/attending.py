"""Village teams' attendance: entering days, correcting them, the town's word on a month, and what it adds up to."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.amendments.queries import parameter_number
from sangesan.assessment.attendance_domain import asked_days, check_day, day_states, month_over
from sangesan.assessment.models import Attendance, MonthVerdict, TeamMember
from sangesan.assessment.words import ATTENDANCE, VERDICT, opened, seal
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.village_work.permissions import reached_village, villages_of

DAYS, LATE = "team_days_a_month", "team_day_late_days"
SHORTEST_WORDS = 4


@dataclass(frozen=True)
class Standing:
    """One member's month. present: days that count; asked: days owed so far; verdict: "", verified or returned."""

    member: int
    village: str
    month: str
    present: int
    asked: int
    verdict: str = ""


@dataclass(frozen=True)
class Entered:
    """One day as it stands. reason: "" where none was asked for."""

    state: str
    reason: str
    late: bool
    corrected: bool


def enter_days(*, post: Post, member_id: int, days: Mapping[date, tuple[str, str]], today: date, now: datetime) -> int:
    """Enters days of a member (day -> state, reason); how many changed. The same again changes nothing.

    A day that stood otherwise is replaced by a new row. Raises Refusal naming the day, or its month where that
    was verified (also of days that stand so already: whoever sends them believes to change something), NotAllowed
    outside one's village.
    """
    with acting(post, "assessment.attend", on=f"team_member:{member_id}") as act:
        member = _locked(post, member_id)
        late_days = parameter_number(LATE, today)
        _not_verified(member, days)
        there = {row.day: row for row in current_days().filter(member=member, day__in=list(days))}
        changed = 0
        for day, (state, reason) in sorted(days.items()):
            before = there.get(day)
            if before is not None and before.state == state and opened(ATTENDANCE, before.sealed) == reason.strip():
                continue
            check_day(
                day, state, reason, begin=member.valid_from, end=member.valid_to, today=today, late_days=late_days
            )
            Attendance.objects.create(
                member=member, day=day, state=state, sealed=seal(ATTENDANCE, reason.strip()[:200]) if reason.strip() else None,
                replaces=before, post=post.pk, post_title=post.title, entered_on=today, recorded_at=now,
            )  # fmt: skip
            changed += 1
        act.detail = {"days": len(days), "changed": changed}
    return changed


def decide_month(
    *, post: Post, member_id: int, month: Month, verified: bool, words: str = "", today: date, now: datetime
) -> MonthVerdict:
    """The town's word on a member's month. Verified it is closed; returned (with what is wrong) it is entered again.

    The same verdict again gives the one there is. Raises Refusal, NotAllowed.
    """
    with acting(post, "assessment.verify", on=f"team_member:{member_id}", reason=words.strip()) as act:
        member = _locked(post, member_id)
        newest = member.verdicts.filter(month=str(month)).order_by("-pk").first()
        present = standing_of(member, month, today).present
        if newest is not None and newest.verified == verified and newest.days == present:
            return newest
        if verified and not month_over(month, end=member.valid_to, today=today):
            raise Refusal("这个月还没有过完", place=str(month), remedy=f"请在 {month.last_day().isoformat()} 之后核实")
        if not verified and len(words.strip()) < SHORTEST_WORDS:
            raise Refusal("没有写为什么退回", place="退回原因", remedy="如“9月6日至8日走访时不在村，请核对”")
        row = MonthVerdict.objects.create(
            member=member, month=str(month), number=newest.number + 1 if newest else 1, verified=verified, days=present,
            sealed=seal(VERDICT, words.strip()[:300]) if words.strip() else None,
            post=post.pk, post_title=post.title, decided_on=today, recorded_at=now,
        )  # fmt: skip
        act.detail = {"month": str(month), "verified": verified, "days": present}
    return row


def days_a_month(on: date) -> int:
    """How many days of a whole month a member owes."""
    return parameter_number(DAYS, on)


def current_days() -> QuerySet[Attendance]:
    """The rows that count: not replaced."""
    return Attendance.objects.filter(replaced_by=None)


def days_entered(members: Collection[TeamMember], month: Month) -> dict[int, dict[date, Entered]]:
    """Their month as it stands, by member and day; one query."""
    rows = current_days().filter(member__in=members, day__range=(month.first_day(), month.last_day()))
    late = parameter_number(LATE, month.last_day())
    found: dict[int, dict[date, Entered]] = defaultdict(dict)
    for row in rows:
        found[row.member_id][row.day] = Entered(
            row.state,
            opened(ATTENDANCE, row.sealed),
            (row.entered_on - row.day).days > late,
            row.replaces_id is not None,
        )
    return found


def standing_of(member: TeamMember, month: Month, on: date) -> Standing:
    """One member's month as of a day."""
    found = month_standings(month.first_day(), min(month.last_day(), on), members=[member.pk])
    return next(iter(found), Standing(member.pk, member.village, str(month), 0, 0))


def month_standings(
    first: date, end: date, *, villages: Collection[str] | None = None, members: Collection[int] | None = None
) -> list[Standing]:
    """Members and months that first..end touch: days that count, days owed of these days. Three queries."""
    rows = TeamMember.objects.filter(valid_from__lte=end).filter(Q(valid_to=None) | Q(valid_to__gt=first))
    if villages is not None:
        rows = rows.filter(village__in=villages)
    if members is not None:
        rows = rows.filter(pk__in=members)
    people = list(rows.order_by("village", "role", "pk"))
    present = _present(first, end, None if villages is None and members is None else [one.pk for one in people])
    verdicts = _verdicts(first, end)
    asked = parameter_number(DAYS, end)
    found = []
    for one in people:
        month = Month.of(first)
        while month.first_day() <= end:
            begin = max(first, one.valid_from)
            last = end if one.valid_to is None else min(end, date.fromordinal(one.valid_to.toordinal() - 1))
            owed = asked_days(month, begin=begin, end=last, days_a_month=asked)
            if owed or present.get((one.pk, str(month))):
                there = present.get((one.pk, str(month)), 0)
                verdict = verdicts.get((one.pk, str(month)), "")
                found.append(Standing(one.pk, one.village, str(month), there, owed, verdict))
            month = month.plus(1)
    return found


def team_of(village: str, on: date) -> list[TeamMember]:
    """Who is in a village's team on a day, its head first."""
    rows = TeamMember.objects.filter(village=village, valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on))
    return list(rows.order_by("role", "pk"))


def member_reached(post: Post, member_id: int) -> TeamMember:
    """A member within the post's villages; raises NotAllowed."""
    member = TeamMember.objects.filter(pk=member_id).first()
    if member is None or member.village not in villages_of(post):
        raise NotAllowed("没有这名驻村队员，或不在您的管理范围内", remedy="请从“驻村考勤”进入")
    return member


def add_member(
    *,
    post: Post,
    village: str,
    role: str,
    name: str,
    sent_by: str,
    from_day: date,
    document: str = "",
    holder: Post | None = None,
    now: datetime,
) -> TeamMember:
    """Puts somebody into a village's team; a new head ends the term of the one before. The same again gives the same."""
    with acting(post, "assessment.team", on=f"division:{village}", reason=document.strip()) as act:
        reached_village(post, village)
        if role not in {"head", "member"}:
            raise Refusal("没有选是队长还是队员", place="职务", remedy="请选一项")
        if not name.strip() or not sent_by.strip():
            raise Refusal("没有写姓名或派出单位", place="队员", remedy="请照选派文件填写")
        there = TeamMember.objects.filter(village=village, name=name.strip(), valid_from=from_day).first()
        if there is not None:
            return there
        if role == "head":
            _end_head(village, from_day)
        row = TeamMember.objects.create(
            village=village, role=role, name=name.strip()[:60], sent_by=sent_by.strip()[:120], post=holder,
            valid_from=from_day, document=document.strip()[:120], entered_by=post.pk, entered_by_title=post.title,
            recorded_at=now,
        )  # fmt: skip
        act.detail = {"member": row.pk, "role": role, "from": from_day.isoformat()}
    return row


def end_member(*, post: Post, member_id: int, on: date, why: str) -> None:
    """Ends a member's term: `on` is the first day that he or she is no longer there. Raises Refusal, NotAllowed."""
    with acting(post, "assessment.team", on=f"team_member:{member_id}", reason=why.strip()) as act:
        member = member_reached(post, member_id)
        if on < member.valid_from:
            raise Refusal("早于任期开始", place="日期", remedy=f"请填 {member.valid_from.isoformat()} 之后的日期")
        if not why.strip():
            raise Refusal("没有写为什么", place="原因", remedy="如“任期届满轮换”")
        if current_days().filter(member=member, day__gte=on).exists():
            raise Refusal("这一天之后已有考勤", place="日期", remedy="请核对考勤后再填")
        TeamMember.objects.filter(pk=member.pk, valid_to=None).update(valid_to=on)
        act.detail = {"ended": on.isoformat()}


def _end_head(village: str, from_day: date) -> None:
    before = TeamMember.objects.select_for_update().filter(village=village, role="head", valid_to=None).first()
    if before is None:
        return
    if from_day <= before.valid_from:
        raise Refusal(
            "早于现任队长的起始日期", place="从哪天起", remedy=f"请填 {before.valid_from.isoformat()} 之后的日期"
        )
    TeamMember.objects.filter(pk=before.pk).update(valid_to=from_day)


def _locked(post: Post, member_id: int) -> TeamMember:
    member_reached(post, member_id)
    return TeamMember.objects.select_for_update().get(pk=member_id)


def _not_verified(member: TeamMember, days: Collection[date]) -> None:
    """Raises Refusal where one of the days lies in a month that the town has verified."""
    newest = dict(member.verdicts.order_by("number").values_list("month", "verified"))
    closed = next((day for day in sorted(days) if newest.get(str(Month.of(day)))), None)
    if closed is not None:
        raise Refusal(f"{closed.month}月已由镇里核实，不能再改", place="日期", remedy="有错请镇里退回")


def _present(first: date, end: date, members: Collection[int] | None) -> dict[tuple[int, str], int]:
    """Days that count by member and month, in one grouped query: one count per month, for taking the month out of each
    day would cost SQLite more than all the rest.
    """
    counting = [code for code, state in day_states().items() if state.counts]
    rows = current_days().filter(day__range=(first, end), state__in=counting)
    if members is not None:
        rows = rows.filter(member__in=members)
    months = _months(first, end)
    counts = {
        f"month_{n}": Count("pk", filter=Q(day__range=(one.first_day(), one.last_day())))
        for n, one in enumerate(months)
    }
    grouped = rows.values_list("member").annotate(**counts).order_by()
    return {
        (member, str(one)): number
        for member, *numbers in grouped
        for one, number in zip(months, numbers, strict=True)
        if number
    }


def _months(first: date, end: date) -> list[Month]:
    found = [Month.of(first)]
    while found[-1].last_day() < end:
        found.append(found[-1].plus(1))
    return found


def _verdicts(first: date, end: date) -> dict[tuple[int, str], str]:
    rows = MonthVerdict.objects.filter(month__gte=str(Month.of(first)), month__lte=str(Month.of(end))).order_by("pk")
    found: dict[tuple[int, str], str] = defaultdict(str)
    for member, month, verified in rows.values_list("member", "month", "verified"):
        found[(member, month)] = "verified" if verified else "returned"
    return found
