"""Logging duties: reach, photos, the same form twice, problems with clues, follow-ups, corrections, plans, kinds."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry
from sangesan.clues.models import Clue, Sighting
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.village_work import applying
from sangesan.village_work.assigning import assign_due, change_kind, end_assignment, may_own
from sangesan.village_work.domain import Mark, PlanContent, PlanMeasure
from sangesan.village_work.kind_history import histories, kinds_on
from sangesan.village_work.kinds import Applies, content_of, shipped_kinds
from sangesan.village_work.models import Assignment, Log, Plan, Problem
from sangesan.village_work.planning import adopt_plan
from sangesan.village_work.queries import missing
from sangesan.village_work.recording import Raise, correct_log, follow_up
from sangesan.village_work.village_page import log_page, village_page
from sangesan.village_work.words import LOG, opened
from village_work.builders import answers, fresh, log, owe, photo
from web.small_county import COMMUNITY, DAY, NOW, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db
WORDS = "二组水池见底，3户断水一天"
SOME: dict[str, Any] = {"today": DAY, "now": NOW}


def solve(post: Post, problem: Problem, **more: Any) -> Log:
    given: dict[str, Any] = {"solved": True, "words": "已换水管", "photos": [photo()], "done_on": DAY} | more
    return follow_up(post=post, problem_id=problem.pk, submission=fresh(), **SOME, **given)


def test_a_log_with_its_photo_period_and_audit_entry(small_county: SmallCounty) -> None:
    made = log(small_county.posts["grid"])
    assert (made.period_start, made.period_end, made.result) == (date(2022, 9, 12), date(2022, 9, 18), "ok")
    assert not made.late
    assert Attachment.objects.get(subject=f"village_log:{made.pk}").role == "photo"
    entry = Entry.objects.get(tag="village_work:division:log")
    assert entry.detail | {"files": 1, "result": "ok"} == entry.detail


def test_what_is_written_is_sealed(small_county: SmallCounty) -> None:
    made = log(small_county.posts["village"], wrong="quantity", words=WORDS)
    made.refresh_from_db()
    assert WORDS.encode() not in bytes(made.sealed)
    assert opened(LOG, made.sealed)["words"] == WORDS


def test_the_same_form_sent_twice_is_one_log(small_county: SmallCounty) -> None:
    post, form = small_county.posts["grid"], fresh()
    assert log(post, submission=form).pk == log(post, submission=form).pk
    assert Log.objects.count() == 1
    with pytest.raises(Refusal, match="别的岗位"):
        log(small_county.posts["village"], submission=form)


@pytest.mark.parametrize("role", ["village", "grid", "town"])
def test_nobody_logs_for_another_village(small_county: SmallCounty, role: str) -> None:
    log(small_county.posts[role])
    with pytest.raises(NotAllowed):
        log(small_county.posts[role], village=VILLAGE_B)
    if role != "town":
        with pytest.raises(NotAllowed):
            log(small_county.posts[role], village=COMMUNITY)


@pytest.mark.parametrize("role", ["county", "inspector", "department"])
def test_who_only_looks_does_not_log(small_county: SmallCounty, role: str) -> None:
    with pytest.raises(NotAllowed):
        log(small_county.posts[role])


def test_a_photo_of_another_record_is_taken_but_said(small_county: SmallCounty) -> None:
    same = photo()
    post = small_county.posts["village"]
    assert log(post, photos=[same]).warnings == []
    assert log(post, kind="road_patrol", photos=[same]).warnings == ["photo_used_before"]


def test_what_is_no_photo_is_refused_and_nothing_is_kept(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal, match="不是照片") as refused:
        log(small_county.posts["village"], photos=[photo(), b"<script>alert(1)</script>"])
    assert refused.value.place == "第2张照片"
    assert not Log.objects.exists()
    assert not Attachment.objects.exists()


def test_a_problem_stays_open_until_a_photo_shows_it_solved(small_county: SmallCounty) -> None:
    owe()
    post = small_county.posts["village"]
    made = log(post, wrong="quantity", words=WORDS)
    problem = Problem.objects.get()
    assert made.problem == problem
    assert strip(post)[-1] == Mark.PROBLEM
    solve(post, problem, solved=False, words="已报镇里，等水管", photos=[])
    assert village_page(post, VILLAGE_A, DAY).problems[0].logs[-1].words == "已报镇里，等水管"
    with pytest.raises(Refusal, match="须附照片"):
        solve(post, problem, photos=[])
    done = solve(post, problem)
    problem.refresh_from_db()
    assert (problem.closed_on, done.solved) == (DAY, True)
    assert strip(post)[-1] == Mark.SOLVED
    with pytest.raises(Refusal, match="已于"):
        solve(post, problem)
    with pytest.raises(NotAllowed):
        solve(other_village(small_county), problem)


def strip(post: Post) -> list[Mark]:
    return [cell.mark for cell in village_page(post, VILLAGE_A, DAY).duties[0].strip]


def other_village(small_county: SmallCounty) -> Post:
    post = Post.objects.get(pk=small_county.posts["village"].pk)
    post.division = VILLAGE_B
    return post


def test_a_problem_raises_clues_about_the_place_and_its_households(small_county: SmallCounty) -> None:
    homes = tuple(Household.objects.filter(village=VILLAGE_A).order_by("pk").values_list("pk", flat=True))
    made = log(
        small_county.posts["village"], wrong="quantity", words=WORDS, clues=Raise(place=True, households=(*homes, homes[0]))
    )
    clues = list(Clue.objects.order_by("household_id"))
    assert len(clues) == 3
    assert {(c.risk, c.channel, c.state) for c in clues} == {("H2", "GRID", "open")}
    assert {c.household_id for c in clues} == {None, *homes}
    assert set(Sighting.objects.values_list("source", flat=True)) == {f"village_log:{made.pk}"}
    assert WORDS in clues[0].headline
    assert len(log_page(small_county.posts["county"], made.pk).clues) == 3


def test_no_clue_about_a_household_out_of_reach_and_then_no_log_either(small_county: SmallCounty) -> None:
    away = Household.objects.get(code=f"{VILLAGE_B}00001")
    with pytest.raises(NotAllowed):
        log(small_county.posts["village"], wrong="quantity", words=WORDS, clues=Raise(households=(away.pk,)))
    assert not Log.objects.exists()
    assert not Problem.objects.exists()


def test_all_is_right_raises_no_clue_whatever_was_ticked(small_county: SmallCounty) -> None:
    log(small_county.posts["village"], clues=Raise(place=True))
    assert not Clue.objects.exists()


def test_a_correction_takes_the_place_of_a_log_that_stays(small_county: SmallCounty) -> None:
    owe()
    post = small_county.posts["village"]
    first = log(post, wrong="quantity", words=WORDS)
    given = answers(on=DAY - timedelta(days=7), late="当天没有信号，记错日期")
    with pytest.raises(Refusal, match="为什么更正"):
        correct(post, first, given, reason="")
    second = correct(post, first, given)
    assert second.corrects == first
    assert Log.objects.count() == 2
    assert strip(post)[-2:] == [Mark.LATE, Mark.RUNNING]
    assert Problem.objects.get().mistaken
    with pytest.raises(Refusal, match="已经更正过"):
        correct(post, first, given)
    page = log_page(post, first.pk)
    assert page.later == second


def correct(post: Post, of: Log, given: Any, *, reason: str = "日期填错") -> Log:
    return correct_log(post=post, log_id=of.pk, given=given, reason=reason, submission=fresh(), **SOME)


def test_a_log_that_should_not_have_been_counts_no_longer(small_county: SmallCounty) -> None:
    owe(since=date(2022, 8, 29))
    post = small_county.posts["village"]
    first = log(post, on=date(2022, 9, 6))
    assert missing(DAY) == []
    correct(post, first, None, reason="登记到别的村了")
    (late,) = missing(DAY)
    assert (late.finding, late.periods) == ("无安全饮水巡查记录", 2)


def test_a_problem_that_was_followed_up_is_not_corrected_away(small_county: SmallCounty) -> None:
    post = small_county.posts["village"]
    first = log(post, wrong="quantity", words=WORDS)
    after = solve(post, Problem.objects.get(), solved=False, words="已报镇里", photos=[])
    for row in (first, after):
        with pytest.raises(Refusal, match="不能"):
            correct(post, row, answers())


PLAN = PlanContent(
    DAY, DAY + timedelta(days=365), "村党支部书记", "二组、三组冬季缺水，涉及36户", [PlanMeasure("清淤蓄水", "村级水管员", "11月底前")]
)


def adopt(post: Post, plan: PlanContent = PLAN, **more: Any) -> Plan:
    given: dict[str, Any] = {"village": VILLAGE_A, "kind": "shortage_plan", "submission": fresh()} | more
    return adopt_plan(post=post, content=plan, **SOME, **given)


def test_a_plan_is_in_force_until_its_review_and_earlier_ones_stay(small_county: SmallCounty) -> None:
    owe(kind="shortage_plan", since=DAY - timedelta(days=500))
    post = small_county.posts["village"]
    assert missing(DAY)[0].finding == "未建立季节性缺水长效机制"
    old = replace(PLAN, adopted_on=DAY - timedelta(days=400), review_on=DAY - timedelta(days=35))
    adopt(post, old)
    (late,) = missing(DAY)
    assert (late.finding, late.days_late, late.never) == ("季节性缺水长效机制到期未复核", 35, False)
    adopt(post, scans=[photo()])
    assert missing(DAY) == []
    (row,) = village_page(post, VILLAGE_A, DAY).duties
    assert row.plan_content["measures"][0]["who"] == "村级水管员"
    assert len(row.plan_files) == 1
    assert Plan.objects.count() == 2


def test_a_plan_is_asked_for_at_least_once_a_cycle_whatever_it_says_itself(small_county: SmallCounty) -> None:
    owe(kind="shortage_plan", since=DAY - timedelta(days=500))
    adopt(small_county.posts["village"], replace(PLAN, adopted_on=DAY - timedelta(days=400), review_on=DAY + timedelta(days=300)))
    (late,) = missing(DAY)
    assert late.days_late == 35


@pytest.mark.parametrize("wrong", [{"village": VILLAGE_B}, {"kind": "water_patrol"}, {"kind": "no_such"}])
def test_plans_of_other_places_and_kinds_are_refused(small_county: SmallCounty, wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        adopt(small_county.posts["village"], **wrong)
    assert not Plan.objects.exists()


def test_a_new_plan_is_not_missing_before_its_term(small_county: SmallCounty) -> None:
    owe(kind="shortage_plan", since=DAY - timedelta(days=30))
    assert missing(DAY) == []
    assert missing(DAY + timedelta(days=1))[0].days_late == 1


def test_villages_get_what_departments_rows_lay_on_them_once(
    small_county: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "_hazard_points", lambda: {VILLAGE_B: 2})
    monkeypatch.setattr(applying, "_shortages", lambda: {VILLAGE_A: 1})
    assert assign_due(post=system_post(), **SOME) == 3 * 3 + 2  # water, roads, houses in three places; one each
    assert assign_due(post=system_post(), **SOME) == 0
    assert Assignment.objects.get(kind="hazard_patrol").why == "自然资源局：2处地质灾害隐患点"
    end_assignment(post=small_county.posts["county"], village=VILLAGE_B, kind="hazard_patrol", why="已治理销号", on=DAY)
    assert assign_due(post=system_post(), **SOME) == 0, "what a person ended does not come back by itself"


def test_departments_rows_are_read_from_what_they_delivered(small_county: SmallCounty) -> None:
    for applies in Applies:
        assert applying.villages_with(applies) == ({} if applies != Applies.ALL else applying.villages_with(Applies.ALL))
    assert set(applying.villages_with(Applies.ALL)) == {VILLAGE_A, VILLAGE_B, COMMUNITY}


def test_handing_a_duty_over_leaves_what_is_owed(small_county: SmallCounty) -> None:
    owe(since=date(2022, 8, 1))
    grid = small_county.posts["grid"]
    owe(since=date(2022, 9, 1), to_post=grid.pk, holder="")
    assert Assignment.objects.get(valid_to=None).owed_since == date(2022, 8, 1)
    (late,) = missing(DAY)
    assert (late.owner, late.periods) == (grid.title, 6)
    assert {p.pk for p in may_own(VILLAGE_A, DAY)} == {grid.pk, small_county.posts["village"].pk}
    for wrong in ({"to_post": small_county.posts["county"].pk}, {"holder": " "}, {"why": ""}, {"since": date(2022, 8, 31)}):
        with pytest.raises(Refusal):
            owe(**{"since": DAY} | wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("role", "may"), [("county", True), ("town", False), ("village", False), ("inspector", False)])
def test_kinds_are_the_countys(small_county: SmallCounty, role: str, may: bool) -> None:
    content = content_of(shipped_kinds()["road_patrol"]) | {"title": "森林防火巡查", "applies": "named"}
    given: dict[str, Any] = {"code": "forest_patrol", "content": content, "from_day": DAY, "document": "县林业局〔2022〕3号"}
    if not may:
        with pytest.raises(Refusal):
            change_kind(post=small_county.posts[role], **given, **SOME)
        return
    change_kind(post=small_county.posts[role], **given, **SOME)
    assert kinds_on(DAY)["forest_patrol"].source == "县林业局〔2022〕3号"
    owe(kind="forest_patrol")
    assert missing(DAY) == [], "it holds from today: nothing has gone by yet"
    assert missing(DAY + timedelta(days=20))[0].finding == "无森林防火巡查记录"


def test_a_changed_cycle_holds_from_its_day_and_a_stopped_kind_is_owed_no_longer(small_county: SmallCounty) -> None:
    owe(since=date(2022, 8, 1))
    county = small_county.posts["county"]
    later = DAY + timedelta(days=20)
    monthly = content_of(shipped_kinds()["water_patrol"]) | {"cycle": {"unit": "month"}}
    change_kind(post=county, code="water_patrol", content=monthly, from_day=DAY, document="县水利局通知", **SOME)
    assert histories()["water_patrol"].on(DAY - timedelta(days=1)) == shipped_kinds()["water_patrol"]
    assert [m.periods for m in missing(later)] == [6 + 1 + 1]  # six weeks, the cut week, the cut month
    change_kind(post=county, code="water_patrol", content={}, from_day=later, document="并入供水站", **SOME)
    assert missing(later) == []
    assert missing(later - timedelta(days=1)) != []


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Forest"},
        {"document": " "},
        {"from_day": DAY - timedelta(days=1)},
        {"content": {}, "code": "never_was"},
        {"code": "shortage_plan"},
    ],
)
def test_kinds_that_are_not_in_order(small_county: SmallCounty, wrong: dict[str, Any]) -> None:
    content = content_of(shipped_kinds()["road_patrol"])
    given: dict[str, Any] = {"code": "forest_patrol", "content": content, "from_day": DAY, "document": "文"} | wrong
    with pytest.raises(Refusal):
        change_kind(post=small_county.posts["county"], **given, **SOME)
