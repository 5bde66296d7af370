"""What a town asks of the county, the county's answer with policy, department and date (or a no), and its fulfilment."""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.assistance.checking import amount, past, written
from sangesan.assistance.models import Request
from sangesan.assistance.permissions import reached_household, reached_request
from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today


def raise_request(
    *,
    post: Post,
    need: str,
    asked: str,
    now: datetime,
    household_id: int | None = None,
    amount_fen: int | None = None,
    on: date | None = None,
) -> Request:
    """A town's request: what is lacking, what would help, for one household or for the town as a whole.

    on: the day, today where left out. Raises Refusal for what is not in order, or for the same request while one is
    open; NotAllowed outside the post's reach.
    """
    act_on = f"household:{household_id}" if household_id is not None else f"division:{post.division}"
    with acting(post, "assistance.request", on=act_on) as act:
        household = reached_household(post, household_id, lock=True) if household_id is not None else None
        day = on or today(now)
        past("提出日期", day, today(now))
        written("困难", need)
        written("请求", asked, "如“请求安排危房改造资金2万元”“请求协调公益岗位1个”")
        amount("金额", amount_fen)
        same = Request.objects.filter(town=post.division, household=household, asked=asked.strip())
        if same.filter(state=Request.State.OPEN).exists():
            raise Refusal("同样的请求已经上报，还没有答复", place="请求", remedy="请在“帮扶请求”里查看")
        request = Request.objects.create(
            town=post.division,
            village=household.village if household else "",
            household=household,
            need=need.strip(),
            asked=asked.strip(),
            amount_fen=amount_fen,
            raised_on=day,
            raised_by=post.pk,
            raised_by_title=post.title,
            recorded_at=now,
        )
        act.detail = {"request": request.pk, "amount_fen": amount_fen}
    return request


def answer_request(
    *,
    post: Post,
    request_id: int,
    version: int,
    granted: bool,
    now: datetime,
    policy: str = "",
    department: str = "",
    due_on: date | None = None,
    refusal: str = "",
    on: date | None = None,
) -> Request:
    """The county's answer: granted with a policy, a department's code and a day, or refused with a reason. Once.

    version: the request's row_version as the person saw it. Raises Refusal for half an answer; NotAllowed otherwise.
    """
    with acting(post, "assistance.answer", on=f"request:{request_id}", reason=refusal.strip()) as act:
        request = _seen(post, request_id, version)
        if request.state != Request.State.OPEN:
            raise Refusal(
                f"这条请求“{Request.State(request.state).label}”", remedy="已答复的不再更改；情况有变请镇里另提"
            )
        day = on or today(now)
        past("答复日期", day, today(now))
        if day < request.raised_on:
            raise Refusal("答复日期早于提出日期", place="答复日期", remedy=f"请求于 {request.raised_on} 提出")
        if granted:
            _granted(request, day, policy, department, due_on)
        else:
            written("理由", refusal, "请写明为什么不同意，镇里可以怎么办")
            request.state, request.refusal = Request.State.REFUSED, refusal.strip()
        request.answered_on, request.answered_by_title = day, post.title
        request.row_version += 1
        request.save()
        act.detail = {"state": request.state, "department": request.department}
    return request


def fulfil_request(*, post: Post, request_id: int, version: int, on: date, note: str, now: datetime) -> Request:
    """The town says that what was granted has come. Raises Refusal where nothing was granted, or a second time."""
    with acting(post, "assistance.request", on=f"request:{request_id}") as act:
        request = _seen(post, request_id, version)
        if post.division != request.town:
            raise NotAllowed("这条请求是别的镇提出的", remedy="由提出请求的镇登记办结")
        if request.state != Request.State.GRANTED or request.answered_on is None or request.fulfilled_on is not None:
            raise Refusal("只有县里已安排、还没有办结的请求可以登记办结", remedy="请刷新页面查看")
        past("办结日期", on, today(now))
        if on < request.answered_on:
            raise Refusal("办结日期早于答复日期", place="办结日期", remedy=f"县里于 {request.answered_on} 答复")
        written("请求", note, "请写明到位的情况，如“资金2万元已拨到镇”")
        request.fulfilled_on, request.fulfilled_note = on, note.strip()
        request.row_version += 1
        request.save()
        act.detail = {"on": on.isoformat()}
    return request


def _granted(request: Request, day: date, policy: str, department: str, due_on: date | None) -> None:
    written("政策依据", policy, "如“农村危房改造补助，陕建发〔2021〕…号”")
    if department not in load_contracts().departments:
        raise Refusal("没有选择责任部门", place="责任部门", remedy="请从部门名单中选一个")
    if due_on is None or due_on < day:
        raise Refusal("没有写完成期限，或期限早于答复日期", place="完成期限", remedy="请填一个日期")
    request.state, request.policy = Request.State.GRANTED, policy.strip()
    request.department, request.due_on = department, due_on


def _seen(post: Post, request_id: int, version: int) -> Request:
    request = reached_request(post, request_id)
    if request.row_version != version:
        raise Refusal("您打开页面之后这条请求有了变化", place="请求", remedy="请刷新页面看过再办")
    return request
