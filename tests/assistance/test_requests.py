"""A town asks, the county answers with policy, department and date, or with a reason; each sees its own."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.assistance.actions import answer_request, fulfil_request, raise_request
from sangesan.assistance.models import Request
from sangesan.assistance.queries import request_counts, request_page, requests
from sangesan.audit.models import Entry
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from web.small_county import DAY, TOWN_B, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
DUE = date(2022, 10, 31)
YES: dict[str, Any] = {"granted": True, "policy": "危房改造补助办法", "department": "housing", "due_on": DUE}


def raised(county: SmallCounty, home: Household | None, asked: str = "安排危改资金2万元", **more: Any) -> Request:
    return raise_request(
        post=county.posts["town"], household_id=home.pk if home else None, need="房屋漏雨，镇里没有资金", asked=asked, now=NOW,
        **more,
    )  # fmt: skip


def answered(county: SmallCounty, request: Request, **given: Any) -> Request:
    return answer_request(
        **{"post": county.posts["county"], "request_id": request.pk, "version": request.row_version, "now": NOW} | given
    )


def test_asked_granted_and_come(small_county: SmallCounty, home: Household) -> None:
    request = raised(small_county, home, amount_fen=2_000_000)
    assert (request.state, request.village, request.town, request.raised_on) == ("open", home.village, home.town, DAY)
    granted = answered(small_county, request, **YES)
    assert (granted.state, granted.department, granted.due_on, granted.answered_by_title) == ("granted", "housing", DUE, "县专班 数据专员")
    done = fulfil_request(
        post=small_county.posts["town"], request_id=request.pk, version=2, on=DAY, note="资金已拨到镇", now=NOW
    )
    assert (done.fulfilled_on, done.row_version) == (DAY, 3)
    tags = list(Entry.objects.order_by("id").values_list("tag", flat=True))[-3:]
    assert tags == ["assistance:household:request", "assistance:request:answer", "assistance:request:request"]


def test_refused_with_a_reason(small_county: SmallCounty, home: Household) -> None:
    refused = answered(small_county, raised(small_county, home), granted=False, refusal="已享受过危改，请先查质保")
    assert (refused.state, refused.due_on, refused.department) == ("refused", None, "")
    with pytest.raises(Refusal, match="可以登记办结"):
        fulfil_request(post=small_county.posts["town"], request_id=refused.pk, version=2, on=DAY, note="到位", now=NOW)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (YES | {"policy": ""}, "没有写政策依据"), (YES | {"department": "nobody"}, "没有选择责任部门"),
        (YES | {"due_on": None}, "没有写完成期限"), (YES | {"due_on": date(2022, 9, 12)}, "期限早于答复日期"),
        ({"granted": False}, "没有写理由"), (YES | {"version": 9}, "有了变化"), (YES | {"on": date(2022, 9, 14)}, "晚于今天"),
        (YES | {"on": date(2022, 9, 12)}, "早于提出日期"),
    ],
)  # fmt: skip
def test_half_an_answer_is_none(small_county: SmallCounty, home: Household, given: dict[str, Any], why: str) -> None:
    request = raised(small_county, home)
    with pytest.raises(Refusal, match=why):
        answered(small_county, request, **given)
    assert Request.objects.get().state == "open"


def test_answered_once(small_county: SmallCounty, home: Household) -> None:
    request = answered(small_county, raised(small_county, home), **YES)
    with pytest.raises(Refusal, match="已安排"):
        answered(small_county, request, granted=False, refusal="改变主意")


@pytest.mark.parametrize(
    ("given", "why"),
    [({"need": ""}, "没有写困难"), ({"asked": "钱"}, "没有写请求"), ({"amount_fen": -1}, "金额不能小于 0"), ({"on": date(2022, 9, 14)}, "晚于今天")],
)
def test_a_request_that_says_nothing(small_county: SmallCounty, given: dict[str, Any], why: str) -> None:
    whole: dict[str, Any] = {"need": "没有资金", "asked": "安排资金"} | given
    with pytest.raises(Refusal, match=why):
        raise_request(post=small_county.posts["town"], now=NOW, **whole)
    assert not Request.objects.exists()


def test_the_same_is_asked_once_while_it_is_open(small_county: SmallCounty, home: Household) -> None:
    request = raised(small_county, home)
    with pytest.raises(Refusal, match="还没有答复"):
        raised(small_county, home)
    answered(small_county, request, granted=False, refusal="没有名额")
    raised(small_county, home)


def test_who_asks_and_who_answers(small_county: SmallCounty, home: Household, monitored: Household) -> None:
    for role in ("village", "grid", "county", "inspector", "department"):
        with pytest.raises(NotAllowed):
            raise_request(post=small_county.posts[role], need="没有资金", asked="安排资金", now=NOW)
    with pytest.raises(NotAllowed, match="不在您的管理范围内"):
        raised(small_county, monitored)
    request = raised(small_county, home)
    with pytest.raises(NotAllowed):
        answered(small_county, request, post=small_county.posts["town"], **YES)
    other = Post.objects.create(role="town", title="西山镇 专干", division=TOWN_B, valid_from=DAY)
    with pytest.raises(NotAllowed, match="没有这条请求"):
        fulfil_request(post=other, request_id=request.pk, version=1, on=DAY, note="到位了", now=NOW)


def test_each_sees_its_own_in_pages_by_key(small_county: SmallCounty, home: Household) -> None:
    made = [raised(small_county, home, asked=f"请求第{n}项").pk for n in range(5)] + [raised(small_county, None, asked="全镇管网").pk]
    posts = small_county.posts
    other = Post.objects.create(role="town", title="西山镇 专干", division=TOWN_B, valid_from=DAY)
    assert [r.pk for r in requests(posts["county"])] == made[::-1]
    assert [r.pk for r in requests(posts["town"])] == made[::-1]
    assert [r.pk for r in requests(posts["village"])] == made[4::-1], "what a town asks for itself is not the village's"
    assert requests(other) == []
    shown, after = [], None
    while page := requests(posts["county"], after=after, limit=4):
        shown += [r.pk for r in page]
        after = page[-1].pk
    assert shown == made[::-1]
    assert request_counts(posts["county"]) == {"open": 6, "granted": 0, "refused": 0}
    with pytest.raises(NotAllowed):
        request_page(other, made[0])
    with pytest.raises(NotAllowed):
        requests(posts["department"])
    with pytest.raises(Refusal, match="没有这种状态"):
        requests(posts["county"], "lost")
