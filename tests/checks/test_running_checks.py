"""Runs over a real record: what opens, stays, goes and comes back; judging; who sees what; what waits."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from cases.builders import case_at
from checks.random_record import write
from racing import together
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.models import Amendment
from sangesan.audit.models import Entry
from sangesan.cases.models import Case, Irregularity
from sangesan.cases.states import State
from sangesan.checks import queries
from sangesan.checks.judging import judge
from sangesan.checks.models import Flag, Judgement, Ran
from sangesan.checks.running import run_checks
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.models import Round
from sangesan.regions.models import County
from sangesan.registry.models import Household
from sangesan.village_work.models import Assignment
from web.small_county import DAY, NOW, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db
WORDS = "到村看过，材料确实没有"


def run(day: date = DAY) -> Ran:
    County.objects.update(today=day)
    return run_checks(post=system_post(), as_of=day, now=NOW)


def late_entry(county: SmallCounty, days: int = 9, village: str = VILLAGE_A) -> int:
    """A case decided so many days ago and not entered: one flag."""
    home = Household.objects.filter(village=village).order_by("pk")[0]
    with transaction.atomic():
        return case_at(home, State.ENTRY, county.posts["county"], enrolled_on=DAY - timedelta(days=days)).pk


def test_twice_the_same_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, 11)
    first = run()
    before = list(Flag.objects.order_by("pk").values())
    again = run()
    assert (again.digest, again.found) == (first.digest, first.found)
    assert (again.new, again.gone) == (0, 0)
    assert list(Flag.objects.order_by("pk").values()) == before
    assert Flag.objects.count() == first.found > 20
    assert Ran.objects.count() == 1


def test_a_flag_keeps_what_it_was_at_first_and_goes_when_mended(small_county: SmallCounty) -> None:
    number = late_entry(small_county)
    run()
    flag = Flag.objects.get(check_code="decided_not_entered")
    assert (flag.subject, flag.unit, flag.village) == (f"case:{number}", f"village:{VILLAGE_A}", VILLAGE_A)
    assert flag.records[0]["kind"] == "case"
    run(DAY + timedelta(days=2))
    flag.refresh_from_db()
    assert (flag.first_seen, flag.last_seen) == (DAY, DAY + timedelta(days=2))
    assert "11天" in flag.sentence
    assert "9天" in flag.at_first["sentence"]
    Case.objects.filter(pk=number).update(national_number="6109")
    run(DAY + timedelta(days=3))
    flag.refresh_from_db()
    assert flag.gone_on == DAY + timedelta(days=3)
    with pytest.raises(Refusal, match="不再成立"):
        judge(post=small_county.posts["inspector"], flag=flag, verdict="confirmed", words=WORDS, now=NOW)


def test_refuted_stays_silent_until_the_facts_are_others(small_county: SmallCounty) -> None:
    home = Household.objects.filter(village=VILLAGE_A).order_by("pk")[0]
    case = case_at(
        home, State.ASSISTED, small_county.posts["county"], enrolled_on=date(2022, 4, 21), national_number="1"
    )
    row = Irregularity.objects.create(
        case=case, round=1, code="no_appraisal_photo", sentence="评议没有照片", raised_on=date(2022, 4, 18)
    )
    run()
    flag = Flag.objects.get(check_code="minutes_irregular")
    assert flag.sentence.startswith("2022年4月新纳入监测户1户，民主评议会议记录不规范：评议无照片")
    judge(post=small_county.posts["inspector"], flag=flag, verdict="refuted", words=WORDS, now=NOW)
    run(DAY + timedelta(days=1))
    assert Flag.objects.filter(check_code="minutes_irregular").count() == 1
    Irregularity.objects.update(reason="已说明")
    run(DAY + timedelta(days=2))
    Irregularity.objects.update(reason="")
    run(DAY + timedelta(days=3))  # the same facts as those that were refuted: silent
    assert Flag.objects.filter(check_code="minutes_irregular").count() == 1
    Irregularity.objects.create(
        case=case, round=1, code="below_quorum", sentence="到会不足", raised_on=date(2022, 4, 18)
    )
    run(DAY + timedelta(days=4))
    fresh = Flag.objects.get(check_code="minutes_irregular", gone_on=None)
    assert fresh.pk != flag.pk
    assert fresh.verdict == ""
    assert {r["number"] for r in fresh.records if r["kind"] == "irregularity"} > {row.pk}


def test_judging_again_is_another_row_and_the_last_counts(small_county: SmallCounty) -> None:
    late_entry(small_county)
    run()
    flag, inspector = Flag.objects.get(check_code="decided_not_entered"), small_county.posts["inspector"]
    first = judge(post=inspector, flag=flag.pk, verdict="confirmed", words=WORDS, now=NOW)
    assert judge(post=inspector, flag=flag, verdict="confirmed", words=WORDS, now=NOW) == first
    judge(post=inspector, flag=flag, verdict="refuted", words="材料找到了，在镇里", now=NOW)
    flag.refresh_from_db()
    assert flag.verdict == "refuted"
    assert [j.number for j in Judgement.objects.order_by("pk")] == [1, 2]
    assert WORDS.encode() not in bytes(first.sealed)
    assert queries.precisions(DAY)["decided_not_entered"].judged == 1
    assert Entry.objects.filter(tag="checks:flag:judge").count() == 3
    for entry in Entry.objects.filter(tag="checks:flag:judge"):
        assert WORDS not in json.dumps(entry.detail, ensure_ascii=False)


def test_only_inspectors_judge_and_each_sees_its_own(small_county: SmallCounty) -> None:
    late_entry(small_county)
    late_entry(small_county, village=VILLAGE_B)
    run()
    posts = small_county.posts
    here, there = (Flag.objects.get(check_code="decided_not_entered", village=v) for v in (VILLAGE_A, VILLAGE_B))
    for role in ("county", "town", "village"):
        with pytest.raises(NotAllowed):
            judge(post=posts[role], flag=here, verdict="confirmed", words=WORDS, now=NOW)
    for role, expected in (
        ("county", {here, there}),
        ("inspector", {here, there}),
        ("town", {here}),
        ("village", {here}),
    ):
        assert {f for f in queries.flags(posts[role]) if f.check_code == "decided_not_entered"} == expected
    with pytest.raises(NotAllowed):
        queries.flag_page(posts["village"], there.pk)
    with pytest.raises(NotAllowed):
        queries.flags(posts["grid"])
    assert queries.flags(posts["department"]) == [
        f for f in queries.flags(posts["county"]) if f.unit == "department:medical_security"
    ]
    judge(post=posts["inspector"], flag=here, verdict="confirmed", words=WORDS, now=NOW)
    assert queries.flag_page(posts["inspector"], here.pk).judgements[0][1] == WORDS
    assert queries.flag_page(posts["village"], here.pk).judgements[0][1] == ""


def test_narrowing_and_counting(small_county: SmallCounty) -> None:
    late_entry(small_county)
    late_entry(small_county, village=VILLAGE_B)
    run()
    county = small_county.posts["county"]
    mine = queries.flags(county, defect="outside_the_system", place=TOWN_A)
    assert [f.village for f in mine] == [VILLAGE_A]
    assert mine == queries.flags(county, place=f"village:{VILLAGE_A}", check="decided_not_entered")
    counts = {c.code: c.open for c in queries.class_counts(county)}
    assert counts["outside_the_system"] == 2
    assert sum(counts.values()) == queries.open_count(county)
    towns = {
        p.code: p.by_defect["outside_the_system"] for p in queries.place_counts(county, defect="outside_the_system")
    }
    assert sorted(towns.values()) == [1, 1]
    pages, after = [], None
    while page := queries.flags(county, after=after, limit=1):
        pages.append(page[0].pk)
        after = page[0].pk
    assert pages == sorted(pages, reverse=True)
    assert len(pages) == queries.open_count(county)
    for wrong in ({"defect": "x"}, {"check": "x"}, {"place": "x"}, {"state": "x"}):
        with pytest.raises(Refusal):
            queries.flags(county, **wrong)


def test_villages_without_their_patrols_and_rounds(small_county: SmallCounty) -> None:
    for kind in ("water_patrol", "shortage_plan"):
        Assignment.objects.create(
            village=VILLAGE_B, kind=kind, owed_since=date(2021, 9, 13), valid_from=date(2021, 9, 13), why="x", assigned_by=1,
            assigned_by_title="x", recorded_at=NOW,
        )  # fmt: skip
    for week in (1, 2):
        ends = DAY - timedelta(days=7 * week)
        Round.objects.create(
            kind="weekly",
            title=f"第{week}周",
            starts_on=ends - timedelta(days=6),
            ends_on=ends,
            opened_by=1,
            opened_at=NOW,
        )
    run()
    said = {f.check_code: f.sentence for f in Flag.objects.filter(defect="missing_patrols", village=VILLAGE_B)}
    assert said["patrol_record_missing"] == "无安全饮水巡查记录。"
    assert said["plan_missing"] == "未建立季节性缺水长效机制。"
    assert "有2轮没有任何入户记录" in said["rounds_silent"]


def test_departments_late_feeds(small_county: SmallCounty) -> None:
    run()
    late = Flag.objects.filter(check_code="feed_overdue")
    assert late.filter(unit="department:medical_security").exists()
    assert not late.filter(subject="feed:weather_alert").exists()
    assert all(f.village == "" and f.records for f in late)


def test_a_check_without_its_parameter_waits_and_keeps_its_flags(
    small_county: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    late_entry(small_county)
    run()
    monkeypatch.setattr(
        "sangesan.checks.running.lacking", lambda check, _look: ["p"] if check.code == "decided_not_entered" else []
    )
    ran = run(DAY + timedelta(days=1))
    assert ran.waiting == {"decided_not_entered": ["p"]}
    assert Flag.objects.get(check_code="decided_not_entered").gone_on is None


def test_the_county_changes_a_parameter_by_amendment(small_county: SmallCounty) -> None:
    late_entry(small_county)
    Amendment.objects.create(
        parameter="check_entry_days",
        value=30,
        unit="days",
        valid_from=date(2022, 1, 1),
        source="x",
        post=1,
        recorded_at=NOW,
    )
    run()
    assert not Flag.objects.filter(check_code="decided_not_entered").exists()


def test_no_day_to_come_and_none_before_the_last(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal, match="还没有到"):
        run_checks(post=system_post(), as_of=DAY + timedelta(days=1), now=NOW)
    run()
    with pytest.raises(Refusal, match="更早"):
        run_checks(post=system_post(), as_of=DAY - timedelta(days=1), now=NOW)
    for role in ("town", "village", "grid", "department"):
        with pytest.raises(NotAllowed):
            run_checks(post=small_county.posts[role], as_of=DAY, now=NOW)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_one_set_of_flags(small_county: SmallCounty) -> None:
    late_entry(small_county)
    post = Post.objects.get(pk=system_post().pk)
    results = together(*[lambda: run_checks(post=post, as_of=DAY, now=NOW)] * 2)
    assert not [one for one in results if isinstance(one, Exception)]
    assert Flag.objects.filter(check_code="decided_not_entered").count() == 1
