"""Putting up a notice, taking it down, and objections: a side case that stops the clock until it is settled."""

from collections.abc import Sequence
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.due import set_due
from sangesan.cases.filling import filled
from sangesan.cases.models import Case, Notice, NoticeCase, Objection
from sangesan.cases.objections import days_stopped
from sangesan.cases.permissions import visible_cases
from sangesan.cases.states import EXITING, State
from sangesan.files.attaching import attach
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import add_days
from sangesan.policy.regimes import load_regimes
from sangesan.regions.queries import tree

AT_NOTICE = (State.NOTICE, State.EXIT_NOTICE)
BEGIN, END = "notice_start", "notice_end"


def put_up(
    *,
    post: Post,
    village: str,
    case_ids: Sequence[int],
    place: str,
    phone: str,
    posted_on: date,
    photo: bytes | None,
    today: date,
    now: datetime,
    until: date | None = None,
) -> Notice:
    """A poster for households of one village that stand at the notice. until: its last day; the regime's where left out.

    A photo of it on the wall is kept with position and time outside the picture. Raises Refusal.
    """
    with acting(post, "cases.notice", on=f"division:{village}") as act:
        _own_village(post, village)
        cases = list(visible_cases(post).filter(pk__in=case_ids, village=village).select_for_update(of=("self",)))
        if not cases or len(cases) != len(set(case_ids)) or any(c.state not in AT_NOTICE for c in cases):
            raise Refusal("请勾选待公示的户", place="公示", remedy="只有评议通过、在本村公示一步的户可以上榜；请刷新页面")
        if len({c.state for c in cases}) > 1:
            raise Refusal("拟纳入和拟消除要分开公示", place="公示", remedy="请分两张榜")
        if not place.strip() or not phone.strip():
            raise Refusal("没有写公示地点或监督电话", place="公示", remedy="请补上")
        first = max(c.step_on for c in cases)
        if posted_on > today or posted_on < first:
            raise Refusal("张贴日期不对", place="张贴日期", remedy=f"请填 {first.isoformat()} 至今天之间的日期")
        days = max(load_regimes()[c.regime].notice_days.value for c in cases)
        notice = Notice.objects.create(
            village=village, exit=cases[0].state in EXITING, place=place.strip(), phone=phone.strip(),
            posted_on=posted_on, until=until or add_days(posted_on, days, "calendar"), post_title=post.title,
            recorded_at=now,
        )  # fmt: skip
        NoticeCase.objects.bulk_create(
            NoticeCase(notice=notice, case=c, round=c.round, at_step=c.steps) for c in cases
        )
        _keep(notice, BEGIN, photo, post, now)
        act.detail = {"notice": notice.pk, "cases": len(cases), "until": notice.until.isoformat()}
    return notice


def take_down(
    *, post: Post, notice_id: int, on: date, photo: bytes | None, today: date, now: datetime
) -> Notice:
    """The poster comes down on a day, with its second photo. Before its last day it may not."""
    with acting(post, "cases.notice", on=f"notice:{notice_id}") as act:
        notice = _notice(post, notice_id)
        if notice.taken_down_on is not None:
            raise Refusal("这张榜已经登记撤下", remedy="请刷新页面")
        if on > today or on < notice.until:
            raise Refusal(
                f"公示到 {notice.until.isoformat()} 才满期", place="撤下日期", remedy="满期以后再撤榜；提前撤下要重新公示"
            )
        notice.taken_down_on = on
        notice.save(update_fields=["taken_down_on"])
        _keep(notice, END, photo, post, now)
        act.detail = {"on": on.isoformat()}
    return notice


def object_to(
    *, post: Post, notice_id: int, case_id: int, received_on: date, text: str, by: str, today: date
) -> Objection:
    """An objection to one household on a poster; the household's clock stands still until it is settled."""
    with acting(post, "cases.notice", on=f"notice:{notice_id}") as act:
        notice = _notice(post, notice_id)
        line = notice.cases.filter(case=case_id).select_related("case").first()
        if line is None or line.at_step != line.case.steps:
            raise Refusal("这一户不在公示中", place="异议", remedy="公示已结束的，请按信访或线索办理")
        if len(text.strip()) < 4:
            raise Refusal("没有写异议内容", place="异议", remedy="请写明反映的情况")
        if received_on > today or received_on < notice.posted_on:
            raise Refusal("收到日期不对", place="异议", remedy=f"请填 {notice.posted_on.isoformat()} 至今天之间的日期")
        made = Objection.objects.create(
            notice=notice, case_id=case_id, round=line.round, received_on=received_on, by=by.strip()[:60],
            text=text.strip()[:500], post_title=post.title,
        )  # fmt: skip
        act.detail = {"objection": made.pk, "case": case_id}
    return made


def settle(
    *, post: Post, objection_id: int, version: int, on: date, finding: str, upheld: bool, today: date
) -> Objection:
    """What was found; the standstill is added to the clock. An upheld objection is followed by a sending back or a no."""
    row = Objection.objects.filter(pk=objection_id).first()
    with filled(post, row.case_id if row else 0, version, finding) as (case, act):
        if row is None or row.settled_on is not None:
            raise Refusal("这条异议已经处理", remedy="请刷新页面")
        if len(finding.strip()) < 4:
            raise Refusal("没有写处理结果", place="异议处理", remedy="请写明核实的情况和结论")
        if on > today or on < row.received_on:
            raise Refusal("处理日期不对", place="异议处理", remedy=f"请填 {row.received_on.isoformat()} 至今天之间的日期")
        row.settled_on, row.finding, row.upheld, row.settled_by = on, finding.strip()[:500], upheld, post.title
        row.save()
        _add_standstill(case, today)
        act.detail = {"objection": row.pk, "upheld": upheld}
    return row


def _add_standstill(case: Case, today: date) -> None:
    spans = Objection.objects.filter(case=case, round=case.round).values_list("received_on", "settled_on")
    case.stopped_days = days_stopped(list(spans), today)
    set_due(case)


def _own_village(post: Post, village: str) -> None:
    own = post.role == Post.Role.VILLAGE and post.division == village
    if not own and not (post.role == Post.Role.TOWN and tree().town_of(village) == post.division):
        raise NotAllowed("公示由本村（社区）张贴，镇可代录", remedy=f"请交{tree().full_name(village)}办理")


def _notice(post: Post, notice_id: int) -> Notice:
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NotAllowed("没有这张榜，或不在您的管理范围内", remedy="请从公示列表进入")
    _own_village(post, notice.village)
    return notice


def _keep(notice: Notice, role: str, photo: bytes | None, post: Post, now: datetime) -> None:
    if photo:
        attach(
            photo, name=f"{notice.village}公示.jpg", subject=f"notice:{notice.pk}", role=role,
            kind=StoredFile.Kind.PHOTO, added_by=post.pk, now=now,
        )  # fmt: skip
