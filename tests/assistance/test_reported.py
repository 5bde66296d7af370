"""Departments' rows become measures: once, with their source, ended and withdrawn as the data say."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistance.feeds import send
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.assistance.actions import Plan, plan
from sangesan.assistance.models import Landing, Measure
from sangesan.assistance.queries import landed_since
from sangesan.assistance.reported import reported_measures, take_up_reported
from sangesan.audit.models import Entry
from sangesan.exchange.actions import withdraw
from sangesan.registry.models import Household
from web.small_county import DAY, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
ENROLLED = date(2022, 4, 11)


def take_up(household: Household) -> list[Measure]:
    return take_up_reported(post=system_post(), household_id=household.pk, now=NOW)


def test_what_each_feed_shows(monitored: Household, tmp_path: Path) -> None:
    send(tmp_path, "public_post", ("周明远", "生态护林员,2021-03-01,"), ("周明远", "孤寡老人照料员,2022-05-01,"))
    send(tmp_path, "employment", ("周明远", "县内,2022-06-01,,3000"))
    send(tmp_path, "social_assistance", ("周明远", "低保,2020-01-01,,310"), ("周雨桐", "临时救助,2022-05-06,,1400"),
         ("周雨桐", "低保边缘,2022-05-06,,120"))  # fmt: skip
    send(tmp_path, "microcredit", ("周明远", "D001,50000,0,2022-07-31"))
    send(tmp_path, "insurance_claim", ("周明远", "2022-06-03,因病,8000"))
    send(tmp_path, "serious_illness", ("周明远", "慢性肾衰竭,2022-05-20"))
    send(tmp_path, "school_enrolment", ("周雨桐", "双柳小学,小学,送教上门,2022-09-01"))
    found = {(m.group, m.item): m for m in reported_measures(monitored.pk, DAY)}
    assert set(found) == {
        ("100A42", "护林"), ("100A42", "其他公益岗位"), ("100A40", "县内务工"), ("100A48", "低保"), ("100A48", "临时救助"),
        ("100A41", "脱贫人口小额信贷"), ("100A48", "防贫保险"), ("100A45", "大病救治"), ("100A46", "送教上门"),
    }  # fmt: skip
    low, claim, relief = found["100A48", "低保"], found["100A48", "防贫保险"], found["100A48", "临时救助"]
    assert (low.amount_fen, low.effect_fen, low.department) == (31_000, 31_000 * 12, "civil_affairs")
    assert (claim.amount_fen, claim.effect_fen) == (800_000, 800_000)
    assert (relief.amount_fen, relief.effect_fen) == (140_000, 140_000)
    assert found["100A41", "脱贫人口小额信贷"].effect_fen is None
    assert found["100A42", "护林"].title == "生态护林员 · 周明远"
    assert low.where == "社会救助 2022-08 第2行"
    assert "肾" not in "".join(m.title for m in found.values()), "which illness it is stays with the department"


@pytest.mark.parametrize(
    ("feed", "values", "counts"),
    [
        ("public_post", "保洁员,2020-01-01,2022-04-10", False), ("public_post", "保洁员,2020-01-01,2022-04-11", True),
        ("public_post", "保洁员,2022-09-14,", False), ("insurance_claim", "2022-04-10,因病,800", False),
        ("insurance_claim", "2022-04-11,因病,800", True), ("social_assistance", "临时救助,2022-04-10,,1400", False),
        ("microcredit", "D1,0,0,2022-03-31", False), ("microcredit", "D1,0,0,2022-06-30", True),
        ("social_assistance", "低保,2012-01-01,,310", True),
    ],
)  # fmt: skip
def test_what_ended_before_it_was_monitored_does_not_count(
    monitored: Household, tmp_path: Path, feed: str, values: str, counts: bool
) -> None:
    send(tmp_path, feed, ("周明远", values))
    assert bool(reported_measures(monitored.pk, DAY)) is counts


def test_taken_up_once_with_its_source(monitored: Household, tmp_path: Path) -> None:
    delivery = send(tmp_path, "social_assistance", ("周雨桐", "低保边缘,2022-05-06,,120"), ("周明远", "低保,2022-05-01,,310"))
    (made,) = take_up(monitored)
    assert (made.group, made.item, made.state, made.source, made.landed_on) == ("100A48", "低保", "landed", "department", date(2022, 5, 1))
    assert (made.delivery, made.unit, made.risk) == (delivery, "民政局", "01")
    assert (Landing.objects.get().effect_fen, Landing.objects.get().evidence) == (372_000, "社会救助 2022-08 第3行")
    entries = Entry.objects.count()
    assert take_up(monitored) == []
    assert (Measure.objects.count(), Entry.objects.count()) == (1, entries)
    assert reported_measures(monitored.pk, DAY)[0].measure == made.pk


def test_the_same_thing_in_a_later_month_is_the_same_and_gets_its_end(monitored: Household, tmp_path: Path) -> None:
    send(tmp_path, "public_post", ("周明远", "护林员,2022-05-01,"), month="2022年6月")
    take_up(monitored)
    send(tmp_path, "public_post", ("周明远", "护林员,2022-05-01,2022-08-31"), month="2022年8月")
    assert take_up(monitored) == []
    measure = Measure.objects.get()
    assert (measure.ended_on, measure.state, measure.row_version) == (date(2022, 8, 31), "landed", 2)


def test_it_lands_what_was_planned(monitored: Household, small_county: SmallCounty, tmp_path: Path) -> None:
    town = Post.objects.create(role="town", title="西山镇 专干", division=monitored.town, valid_from=DAY)
    line = Plan(
        group="100A48", item="低保", title="申请低保", unit="民政局", person="赵干事", begins_on=date(2022, 8, 1),
        due_on=None, risk="04",
    )  # fmt: skip
    planned = plan(post=town, household_id=monitored.pk, line=line, now=NOW)
    send(tmp_path, "social_assistance", ("周明远", "低保,2022-08-01,,310"))
    (landed,) = take_up(monitored)
    assert (landed.pk, landed.state, landed.source, landed.title) == (planned.pk, "landed", "person", "申请低保")
    assert Measure.objects.count() == 1


def test_what_a_department_withdraws_is_stopped(monitored: Household, tmp_path: Path) -> None:
    delivery = send(tmp_path, "public_post", ("周明远", "护林员,2022-05-01,"))
    take_up(monitored)
    withdraw(system_post_of_county(), delivery, reason="报错了月份", now=NOW)
    take_up(monitored)
    measure = Measure.objects.get()
    assert (measure.state, measure.stopped_reason) == ("stopped", "部门撤回了这条数据")
    assert landed_since(monitored.pk, ENROLLED) == 0


def system_post_of_county() -> Post:
    return Post.objects.get(role="county")


def test_who_may(monitored: Household, small_county: SmallCounty) -> None:
    for role in ("department", "inspector", "village"):
        with pytest.raises(NotAllowed):
            take_up_reported(post=small_county.posts[role], household_id=monitored.pk, now=NOW)


def test_landed_since(monitored: Household, tmp_path: Path) -> None:
    send(tmp_path, "social_assistance", ("周明远", "低保,2020-01-01,,310"), ("周明远", "临时救助,2022-05-01,,900"))
    send(tmp_path, "public_post", ("周明远", "护林员,2020-01-01,2022-07-31"))
    assert landed_since(monitored.pk, ENROLLED) == 0
    take_up(monitored)
    assert landed_since(monitored.pk, ENROLLED) == 3
    assert landed_since(monitored.pk, date(2022, 6, 1)) == 2, "a grant given once before does not count"
    assert landed_since(monitored.pk, date(2022, 8, 1)) == 1, "nor a post that had ended"
