"""A visit kept whole or not at all, by those who reach the household."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from files.test_pictures import encoded, photographed
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.exchange.about_people import RowsAbout
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.models import Delivery
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household, Person
from sangesan.registry.queries import members_of
from sangesan.visits.actions import answer_warning, record_visit
from sangesan.visits.domain import Answers
from sangesan.visits.income import Line, SelfPaid
from sangesan.visits.models import Visit
from sangesan.visits.prefilling import prefill
from sangesan.visits.prefilling import reported as reported_of
from sangesan.visits.queries import asked_lately, conflicts, latest_visit, visit_page, visits_of
from web.small_county import COMMUNITY, DAY, NOW, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

SAFE = dict.fromkeys(("housing", "schooling", "insurance", "water"), True)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def home(small_county: SmallCounty) -> Household:
    return Household.objects.get(code=f"{VILLAGE_A}00001")


def drawn() -> bytes:
    image = Image.new("RGB", (300, 120), "white")
    image.paste("black", (40, 50, 220, 56))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def answers(home: Household, **changed: object) -> Answers:
    first = members_of(home.pk)[0]
    made = Answers(
        purposes=("identification",),
        visited_on=DAY,
        conclusion="needs_procedure",
        reason="住院自付多，务工收入断了",
        checker_names=("张明", "李芳"),
        members_seen=(first,),
        tests=SAFE,
        income=(Line("wage_work", 2_000_000), Line("transfer_donation", 50_000, counted=False)),
        self_paid=(SelfPaid("住院自付", 680_000, vouchers=True),),
        people=3,
        labour=1,
        risks=("01",),
        signed_how="finger",
        signed_by=first,
    )
    return replace(made, **changed)


def keep(small: SmallCounty, home: Household, role: str = "grid", **changed: object) -> Visit:
    given = answers(home, **changed)
    return record_visit(
        post=small.posts[role], household_id=home.pk, answers=given, photos=[encoded("JPEG")],
        signature=drawn(), now=NOW, today=DAY,
    )  # fmt: skip


def test_a_visit_is_kept_with_its_files_its_sums_and_its_entry(small_county, home) -> None:
    visit = keep(small_county, home)
    page = visit_page(small_county.posts["grid"], visit.pk)
    assert {role: len(files) for role, files in page.files.items()} == {"photo": 1, "signature": 1}
    assert (visit.income_per_head_fen, visit.reference_per_head_fen) == (666_666, 440_000)
    assert (visit.income_from, visit.income_to) == (date(2021, 9, 1), date(2022, 8, 31))
    assert page.account is not None
    assert page.account.net == 2_000_000
    assert visit.signed_by_name == "陈大山"
    assert visit.checkers == "张明、李芳"
    assert visit.income[0]["version"] == "2023"
    entry = Entry.objects.get(tag="visits:household:record")
    assert entry.object == f"visit:{visit.pk}"
    assert visit.warnings == []


def test_nothing_is_half_written(small_county, home) -> None:
    """A bad photo, an impossible answer, a failing attachment: no visit, no attachment, no entry."""
    tries = [
        ({"photos": [encoded("JPEG"), b"#!/bin/sh"]}, {}, "第2张照片"),
        ({"photos": [encoded("JPEG")]}, {"checker_names": ("张明",)}, "两人以上"),
        ({"signature": encoded("PNG")}, {}, "签名框是空的"),
        ({"photos": [encoded("JPEG")] * 13}, {}, "超过 12 张"),
    ]
    for files, changed, said in tries:
        with pytest.raises(Refusal, match=said):
            record_visit(
                post=small_county.posts["grid"], household_id=home.pk, answers=answers(home, **changed),
                now=NOW, today=DAY, **({"signature": drawn()} | files),
            )  # fmt: skip
    assert not Visit.objects.exists()
    assert not Attachment.objects.exists()
    assert not Entry.objects.filter(tag__startswith="visits:").exists()


def test_a_broken_disk_leaves_nothing(small_county, home, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("sangesan.visits.actions.place", broken)
    with pytest.raises(OSError, match="no space left"):
        keep(small_county, home)
    assert not Visit.objects.exists()


def test_only_those_who_reach_the_household(small_county, home) -> None:
    elsewhere = Household.objects.get(code=f"{VILLAGE_B}00001")
    with pytest.raises(NotAllowed):
        record_visit(
            post=small_county.posts["grid"], household_id=elsewhere.pk, answers=answers(home), now=NOW, today=DAY
        )
    with pytest.raises(NotAllowed):
        record_visit(
            post=small_county.posts["department"], household_id=home.pk, answers=answers(home), now=NOW, today=DAY
        )
    visit = keep(small_county, home)
    stranger = Post.objects.create(role="village", title="高坪村", division=VILLAGE_B, valid_from=DAY)
    for read in (lambda: visit_page(stranger, visit.pk), lambda: visits_of(stranger, home.pk)):
        with pytest.raises(NotAllowed):
            read()


def test_sending_twice_makes_one_visit(small_county, home) -> None:
    keep(small_county, home)
    with pytest.raises(Refusal, match="已经登记过了"):
        keep(small_county, home)
    assert Visit.objects.count() == 1


def test_a_town_clerk_enters_for_a_village_and_is_named(small_county, home) -> None:
    visit = keep(small_county, home, "town", entered_for=VILLAGE_A)
    assert (visit.post_title, visit.entered_for, visit.post_division) == (
        "东河镇 防返贫专干",
        "东河镇双柳村",
        VILLAGE_A,
    )
    for role, village in (("grid", VILLAGE_A), ("town", VILLAGE_B)):
        with pytest.raises(Refusal, match="代录"):
            keep(small_county, home, role, entered_for=village)


def test_photos_of_another_day_and_photos_used_before_are_odd(small_county, home) -> None:
    def visit(day: date, photo: bytes) -> set[str]:
        made = record_visit(
            post=small_county.posts["grid"], household_id=home.pk, answers=answers(home, visited_on=day),
            photos=[photo], signature=drawn(), now=NOW, today=DAY,
        )  # fmt: skip
        return {warning["code"] for warning in made.warnings}

    assert visit(date(2022, 9, 12), photographed()) == set()
    assert visit(DAY, photographed()) == {"photo_other_day", "photo_used_before"}


def test_an_odd_thing_is_answered_with_a_reason(small_county, home) -> None:
    visit = keep(small_county, home, self_paid=(SelfPaid("住院自付", 680_000),))
    grid = small_county.posts["grid"]
    assert len(visit_page(grid, visit.pk).open_warnings) == 1
    with pytest.raises(Refusal, match="没有写清理由"):
        answer_warning(post=grid, visit_id=visit.pk, code="self_paid_without_voucher", reason="无", now=NOW)
    with pytest.raises(Refusal, match="没有这条提醒"):
        answer_warning(post=grid, visit_id=visit.pk, code="wage_low", reason="季节性务工", now=NOW)
    answer_warning(post=grid, visit_id=visit.pk, code="self_paid_without_voucher", reason="票据在医院补打", now=NOW)
    page = visit_page(grid, visit.pk)
    assert page.open_warnings == []
    assert page.visit.warnings[0]["by"] == grid.title
    assert page.visit.row_version == 2


def test_only_changes_are_asked_the_next_time(small_county, home) -> None:
    first = prefill(home.pk, DAY)
    assert (first.people, first.labour, first.house_grade, first.income) == (3, 1, "B", {})
    keep(small_county, home, water_source="well", debts_fen=1_000_000)
    known = prefill(home.pk, DAY)
    assert {code: (line.fen, line.counted) for code, line in known.income.items()} == {
        "wage_work": (2_000_000, True),
        "transfer_donation": (50_000, False),
    }
    assert (known.water_source, known.debts_fen, known.self_paid[0].fen) == ("well", 1_000_000, 680_000)
    assert known.sources == (f"{DAY.isoformat()} 入户登记",)


def test_what_a_department_reports_is_filled_in_where_nobody_was_yet(small_county, home, monkeypatch) -> None:
    """The newest year only, a corrected row in place of the first, the members' sums together."""
    first, second, _third = members_of(home.pk)
    blank = {"business_cost": None, "property": 0, "transfer": None, "claims": 5_000, "necessary_cost": 70_000}
    old = {"person_no": first, "year": 2020, "wage": 9, "business": 9} | blank
    rows = [
        {"person_no": first, "year": 2021, "wage": 1, "business": 2} | blank,
        {"person_no": first, "year": 2021, "wage": 1_000, "business": None} | blank,
        {"person_no": second, "year": 2021, "wage": 500, "business": 300} | blank,
    ]
    feed = load_contracts().feed("household_income")
    found = [RowsAbout(feed, Delivery(), pa.Table.from_pylist(part)) for part in ([rows[0]], [*rows[1:], old])]
    monkeypatch.setattr("sangesan.visits.prefilling.rows_about", lambda **_: found)
    known = prefill(home.pk, DAY)
    assert {code: line.fen for code, line in known.income.items()} == {"wage_work": 1_500, "business_other": 300}
    assert (known.claims_fen, known.self_paid[0].fen) == (10_000, 140_000)
    assert known.sources == ("2021 年农户收支监测",)


def reported(feed: str, *rows: dict[str, object], period: date = DAY) -> RowsAbout:
    return RowsAbout(load_contracts().feed(feed), Delivery(feed=feed, period=period), pa.Table.from_pylist(list(rows)))


def settled(person: int, on: date | None, fen: int | None) -> dict[str, object]:
    return {"person_no": person, "settled_on": on, "self_paid": fen}


def of_the_year(person: int, necessary_cost: int) -> RowsAbout:
    row = {"person_no": person, "year": 2021, "wage": 1_000, "necessary_cost": necessary_cost}
    return reported("household_income", row)


def test_costs_are_those_settled_in_the_months_the_visit_asks_about(small_county, home, monkeypatch) -> None:
    """Both members' bills of 2021-09-01 to 2022-08-31, first and last day too; the yearly sum does not come on top."""
    first, second, _third = members_of(home.pk)
    found = [
        of_the_year(first, 5_800),
        reported("medical_settlement", settled(first, date(2021, 8, 31), 9_000_000), settled(first, date(2021, 9, 1), 100)),
        reported("medical_settlement", settled(second, date(2022, 8, 31), 2_912_300), settled(second, date(2022, 9, 1), 7_000)),
        reported("medical_settlement", settled(first, date(2022, 3, 5), -200), settled(first, None, 50), settled(first, DAY, None)),
    ]  # fmt: skip
    asked = []
    monkeypatch.setattr("sangesan.visits.prefilling.rows_about", lambda **given: asked.append(given) or found)
    known = prefill(home.pk, DAY)
    assert known.self_paid == (SelfPaid("医疗自付（部门数据，2021-09-01至2022-08-31）", 2_912_200, vouchers=False),)
    assert known.sources == ("2021 年农户收支监测", "2021-09-01至2022-08-31医保结算明细")
    assert known.income["wage_work"].fen == 1_000
    assert asked[0]["people"] == members_of(home.pk)
    assert set(asked[0]["feeds"]) == {"household_income", "medical_settlement", "education_cost"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], [("部门掌握的合规自付", 5_800)]),
        ([settled(1, date(2021, 8, 31), 400)], [("部门掌握的合规自付", 5_800)]),
        ([settled(1, date(2021, 10, 1), 400)], [("医疗自付（部门数据，2021-09-01至2022-08-31）", 400)]),
    ],
)
def test_the_yearly_sum_stands_in_where_nothing_was_settled(small_county, home, monkeypatch, rows, expected) -> None:
    found = [of_the_year(1, 5_800), *([reported("medical_settlement", *rows)] if rows else [])]
    monkeypatch.setattr("sangesan.visits.prefilling.rows_about", lambda **_: found)
    assert [(cost.what, cost.fen) for cost in prefill(home.pk, DAY).self_paid] == expected
    everybody = reported_of(list(Person.objects.values_list("pk", flat=True)))
    assert prefill(home.pk, DAY, found=everybody) == prefill(home.pk, DAY)


def test_costs_of_the_school_year_reported_in_the_period_stand_beside(small_county, home, monkeypatch) -> None:
    now, before = (
        {"person_no": 1, "school_year": y, "self_paid": fen} for y, fen in (("2021-2022", 430_000), ("2020-2021", 9))
    )
    found = [
        reported("education_cost", before, period=date(2021, 4, 1)),
        reported("education_cost", now, period=date(2022, 4, 1)),
        reported("medical_settlement", settled(1, date(2022, 1, 1), 400)),
    ]
    monkeypatch.setattr("sangesan.visits.prefilling.rows_about", lambda **_: found)
    known = prefill(home.pk, DAY)
    assert [(cost.what, cost.fen) for cost in known.self_paid] == [
        ("医疗自付（部门数据，2021-09-01至2022-08-31）", 400),
        ("非义务教育自付（部门数据，2021-2022学年）", 430_000),
    ]
    assert known.sources == ("2021-09-01至2022-08-31医保结算明细", "2021-2022学年非义务教育自付费用")


def test_a_visit_that_answers_spares_another(small_county, home) -> None:
    keep(small_county, home, visited_on=DAY - timedelta(10))
    assert asked_lately(home.pk, "clue", within_days=30, today=DAY)
    assert asked_lately(home.pk, "civil_affairs", within_days=10, today=DAY)
    assert asked_lately(home.pk, "clue", within_days=9, today=DAY) is None
    assert asked_lately(home.pk, "inspection", within_days=30, today=DAY) is None
    assert latest_visit(home.pk, {"follow_up"}) is None
    assert latest_visit(home.pk) == latest_visit(home.pk, {"identification"})


@pytest.mark.parametrize(
    ("residence", "origin", "days", "found"),
    [
        ("no_risk", "needs_procedure", 60, True),
        ("no_risk", "needs_procedure", 61, False),
        ("no_risk", "no_risk", 1, False),
        ("no_risk", "risk_gone", 1, False),
        ("risk_remains", "risk_gone", 1, True),
    ],
)
def test_two_lines_with_opposite_conclusions_are_listed(small_county, residence, origin, days, found) -> None:
    moved = Household.objects.get(code=f"{VILLAGE_B}00002")
    for division, conclusion, day in ((COMMUNITY, residence, DAY), (VILLAGE_B, origin, DAY - timedelta(days))):
        Visit.objects.create(
            household=moved, purposes=["inspection"], visited_on=day, conclusion=conclusion, post=1, post_title="x",
            post_division=division, recorded_at=NOW,
        )  # fmt: skip
    assert len(conflicts(small_county.posts["county"])) == found
    assert not conflicts(small_county.posts["village"]), "not within its reach"


def test_a_later_agreement_ends_the_conflict_and_the_town_speaks_for_its_line(small_county) -> None:
    moved = Household.objects.get(code=f"{VILLAGE_B}00002")
    rows = ((COMMUNITY, "no_risk", 20), (TOWN_B, "needs_procedure", 10), (COMMUNITY, "needs_procedure", 1))
    for number, (division, conclusion, ago) in enumerate(rows, start=1):
        Visit.objects.create(
            household=moved, purposes=["clue"], visited_on=DAY - timedelta(ago), conclusion=conclusion, post=1,
            post_title="x", post_division=division, recorded_at=NOW,
        )  # fmt: skip
        assert len(conflicts(small_county.posts["county"])) == (number == 2)
