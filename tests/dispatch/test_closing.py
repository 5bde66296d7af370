"""Closing a week: once, whole, the same whenever it is done; what is closed stays; corrections stand beside it."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clues.test_races import together
from figures.random_records import fill
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.audit.models import Entry as AuditEntry
from sangesan.cli.main import cli
from sangesan.dispatch.closing import close_period
from sangesan.dispatch.correcting import correct, corrections
from sangesan.dispatch.frozen import frozen, verify
from sangesan.dispatch.lists import export_behind, list_behind
from sangesan.dispatch.models import Behind, Correction, PlaceRow, Snapshot
from sangesan.dispatch.queries import snapshot, snapshots
from sangesan.dispatch.week_closing import close_due, close_week
from sangesan.figures.counted import Parts
from sangesan.figures.measuring import measure
from sangesan.jobs.models import JobRun
from sangesan.jobs.periodic import ask_for_due
from sangesan.jobs.running import JOBS, execute
from sangesan.kernel.period import Month, Quarter, Week
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.models import Entry
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.models import County
from sangesan.registry.models import Household, Residence
from web.small_county import COUNTY, DAY, GRID_A, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty, build

WEEK = Week(2022, 36)
SUNDAY = date(2022, 9, 11)


def silent(_done: int, _total: int, _words: str) -> None:
    """No progress."""


def close(week: Week = WEEK, as_of: date | None = None) -> Snapshot:
    return close_week(post=system_post(), week=week, as_of=as_of or week.last_day(), now=NOW, progress=silent)


def value(row: Snapshot, code: str, key: str) -> Parts:
    return frozen(row, place=key).value(code, key).parts


@pytest.fixture
def full(small_county: SmallCounty) -> SmallCounty:
    """The small county with records of every kind."""
    fill(0)
    return small_county


def test_a_closed_week_holds_what_was_measured(full: SmallCounty) -> None:
    measured, row = measure(WEEK, as_of=SUNDAY), close()
    held = frozen(row, levels=("county", "town", "village", "grid", "department"))
    for one in measured.figures:
        for key in (*measured.places.levels, *(k for k in held.rows if k.startswith("department:"))):
            assert held.value(one.code, key) == measured.value(one.code, key)
    assert PlaceRow.objects.filter(snapshot=row, level="grid").count() == len(measured.places.grids)
    assert verify(row) == []


def test_closing_twice_is_one_snapshot_and_one_entry_in_the_audit(full: SmallCounty) -> None:
    first, second = close(), close()
    assert (first.pk, first.digest) == (second.pk, second.digest)
    assert Snapshot.objects.count() == 1
    assert AuditEntry.objects.filter(tag="dispatch:snapshot:close").count() == 1


@pytest.mark.parametrize(
    ("week", "as_of", "words"),
    [
        (Week(2022, 37), date(2022, 9, 18), "2022-09-18 才结束，还不能关账"),
        (Week(2022, 36), date(2022, 9, 10), "早于期间的最后一天"),
        (Week(2022, 36), date(2022, 9, 13), "登记还可能增加"),
    ],
)
def test_what_cannot_be_closed_is_refused(full: SmallCounty, week: Week, as_of: date, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        close(week, as_of)
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize("role", ["town", "village", "grid", "department", "inspector"])
def test_only_the_county_and_the_system_close(full: SmallCounty, role: str) -> None:
    with pytest.raises(NotAllowed):
        close_week(post=full.posts[role], week=WEEK, as_of=SUNDAY, now=NOW, progress=silent)


def test_made_up_weeks_later_it_is_as_it_would_have_been(full: SmallCounty) -> None:
    """Late records of the week, moves and visits that came afterwards change nothing of it."""
    on_time = close().digest
    Snapshot.objects.all().delete()
    late = datetime(2022, 9, 12, 9, 0, tzinfo=UTC)
    for entry in list(Entry.objects.filter(on__range=(WEEK.first_day(), SUNDAY))):
        entry.pk, entry.recorded_at, entry.result = None, late, "same"
        entry.save()
    for home in Household.objects.filter(grid=GRID_A):
        held = Residence.objects.filter(household=home, valid_to=None).latest("id")
        Residence.objects.filter(pk=held.pk).update(valid_to=date(2022, 9, 8))
        Residence.objects.create(
            household=home, village=VILLAGE_B, residence=VILLAGE_B, grid=f"{VILLAGE_B}-02", valid_from=date(2022, 9, 8),
            recorded_at=late,
        )  # fmt: skip
        Household.objects.filter(pk=home.pk).update(residence=VILLAGE_B, residence_town=TOWN_B, grid=f"{VILLAGE_B}-02")
    County.objects.update(today=date(2022, 10, 20))
    assert close().digest == on_time


def test_households_of_a_closed_week_stay_where_they_lived(full: SmallCounty) -> None:
    """A past round counts households where they live now; a closed week does not."""
    row = close()
    before = list_behind(full.posts["county"], "households_visited", GRID_A, WEEK, as_of=SUNDAY, part="all")
    frozen_number = value(row, "households_visited", GRID_A)
    assert before.total == frozen_number.of > 0
    Residence.objects.filter(grid=GRID_A).update(grid=f"{VILLAGE_A}-02", recorded_at=NOW - timedelta(days=90))
    Household.objects.filter(grid=GRID_A).update(grid=f"{VILLAGE_A}-02")
    after = list_behind(full.posts["county"], "households_visited", GRID_A, WEEK, as_of=SUNDAY, part="all")
    assert [line.item for line in after.lines] == [line.item for line in before.lines]
    assert value(row, "households_visited", GRID_A) == frozen_number
    assert measure(WEEK, as_of=SUNDAY).value("households_visited", GRID_A).parts.of < frozen_number.of


def test_killed_in_the_middle_there_is_nothing_and_then_all(full: SmallCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Behind.objects, "bulk_create", killed)
        with pytest.raises(KeyboardInterrupt):
            close()
    assert (Snapshot.objects.count(), PlaceRow.objects.count()) == (0, 0)
    assert verify(close()) == []


def test_every_number_is_its_list(full: SmallCounty) -> None:
    row = close()
    held = frozen(row, levels=("county", "town", "village", "grid"))
    for key, place in held.rows.items():
        for code, parts in place.values.items():
            one = held.value(code, key).figure
            part = "all" if one.shape == "share" else "numerator"
            found = list_behind(full.posts["county"], code, key, WEEK, as_of=SUNDAY, part=part, limit=1000)
            assert found.total == len(found.lines) == parts[1]
            if one.shape == "share":
                assert (
                    list_behind(full.posts["county"], code, key, WEEK, as_of=SUNDAY, part="numerator").total == parts[0]
                )
                assert (
                    list_behind(full.posts["county"], code, key, WEEK, as_of=SUNDAY, part="rest").total
                    == parts[1] - parts[0]
                )


def test_a_list_goes_on_where_its_page_ended(full: SmallCounty) -> None:
    close()
    whole = list_behind(full.posts["county"], "households_visited", COUNTY, WEEK, as_of=SUNDAY, part="all", limit=1000)
    found, after = [], ""
    while True:
        page = list_behind(
            full.posts["county"], "households_visited", COUNTY, WEEK, as_of=SUNDAY, part="all", after=after, limit=2
        )
        found += page.lines
        after = page.next
        if not after:
            break
    assert found == whole.lines
    with pytest.raises(Refusal, match="翻页"):
        list_behind(full.posts["county"], "rural", COUNTY, WEEK, as_of=SUNDAY, part="all", after="x")


@pytest.mark.parametrize(
    ("role", "place", "allowed"),
    [
        ("county", COUNTY, True), ("inspector", TOWN_B, True), ("town", TOWN_A, True), ("town", VILLAGE_A, True),
        ("town", GRID_A, True), ("town", TOWN_B, False), ("town", COUNTY, False), ("village", VILLAGE_A, True),
        ("village", TOWN_A, False), ("village", VILLAGE_B, False), ("grid", GRID_A, False), ("department", COUNTY, False),
        ("department", "department:medical_security", True), ("department", "department:education", False),
        ("town", "department:education", False), ("county", "department:education", True),
    ],
)  # fmt: skip
def test_lists_are_opened_within_ones_own_places(full: SmallCounty, role: str, place: str, allowed: bool) -> None:
    close()
    for ask in (
        lambda: list_behind(full.posts[role], "clues_new", place, WEEK, as_of=SUNDAY, part="numerator"),
        lambda: export_behind(
            post=full.posts[role], code="clues_new", place=place, period=WEEK, as_of=SUNDAY, part="numerator"
        ),
    ):
        if allowed and not (role == "department" and ask is not None and ask.__code__.co_names[0] == "export_behind"):
            assert ask() is not None
        elif not allowed:
            with pytest.raises(NotAllowed):
                ask()


def test_a_download_is_kept_in_the_audit(full: SmallCounty) -> None:
    close()
    rows = export_behind(
        post=full.posts["town"], code="households_visited", place=TOWN_A, period=WEEK, as_of=SUNDAY, part="all"
    )
    entry = AuditEntry.objects.filter(tag="clues:list:export").latest("id")
    assert entry.detail["rows"] == len(rows) > 0
    assert entry.detail["filters"]["place"] == TOWN_A


def test_the_job_makes_missed_weeks_up_once_each_as_of_its_own_day(
    full: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "dispatch.weeks"
    monkeypatch.setattr("sangesan.jobs.periodic.JOBS", {name: JOBS[name]})
    County.objects.update(today=date(2022, 8, 16))
    for run in ask_for_due(date(2022, 8, 16)):
        execute(run.pk)
    assert [row.period for row in snapshots("week")] == ["2022-W32"]
    County.objects.update(today=DAY)
    for run in ask_for_due(DAY):
        execute(run.pk)
    assert JobRun.objects.filter(job=name).exclude(state="done").count() == 0
    closed = {row.period: row.as_of for row in snapshots("week")}
    assert sorted(closed) == ["2022-W32", "2022-W33", "2022-W34", "2022-W35", "2022-W36"]
    assert all(as_of == Week.parse(period).last_day() for period, as_of in closed.items())
    digests = {row.period: row.digest for row in snapshots("week")}
    assert ask_for_due(DAY) == []
    assert close_due(post=system_post(), kind="week", today=DAY, now=NOW, progress=silent) == []
    assert {row.period: row.digest for row in snapshots("week")} == digests


def test_the_set_day_is_a_parameter(full: SmallCounty) -> None:
    close(Week(2022, 35))
    thursday = ParameterValue(
        code="week_close_weekday", value=4, unit="count", valid_from=date(2022, 1, 1), valid_to=None, source="default",
        document="试",
    )  # fmt: skip
    amend(post=full.posts["county"], value=thursday, now=NOW)
    assert close_due(post=system_post(), kind="week", today=DAY, now=NOW, progress=silent) == []
    County.objects.update(today=date(2022, 9, 15))
    (made,) = close_due(post=system_post(), kind="week", today=date(2022, 9, 15), now=NOW, progress=silent)
    assert (made.period, made.as_of) == ("2022-W36", date(2022, 9, 14))


@pytest.mark.parametrize("period", [Month(2022, 8), Quarter(2022, 2)])
def test_months_and_quarters_close_in_the_same_way(full: SmallCounty, period: Month | Quarter) -> None:
    made = close_period(post=system_post(), period=period, as_of=period.last_day(), now=NOW, progress=silent)
    assert snapshot(period) == made
    assert verify(made) == []
    assert len(made.figures) > len(close().figures)


def test_whoever_changes_a_number_or_a_list_is_found_out(full: SmallCounty) -> None:
    row = close()
    place = PlaceRow.objects.get(snapshot=row, key=TOWN_A)
    PlaceRow.objects.filter(pk=place.pk).update(values={**place.values, "clues_new": [99, 99, 0, 0]})
    faults = verify(row)
    assert any("摘要" in fault for fault in faults)
    assert any("新增线索" in fault and "东河镇" in fault for fault in faults)
    PlaceRow.objects.filter(pk=place.pk).update(values=place.values)
    assert verify(row) == []
    Behind.objects.filter(snapshot=row, village=VILLAGE_A).delete()
    assert verify(row)


def correction(post: Post, row: Snapshot, new: Parts, **more: object) -> Correction:
    given = {
        "key": VILLAGE_A,
        "code": "problems_found",
        "why": "镇里补报，核对属实",
        "submission": uuid.uuid4(),
        **more,
    }
    return correct(post=post, snapshot=row, new=new, now=NOW, **given)


def test_a_correction_stands_beside_the_frozen_number_and_above_it(full: SmallCounty) -> None:
    row = close()
    was = {key: value(row, "problems_found", key) for key in (VILLAGE_A, TOWN_A, COUNTY, TOWN_B)}
    one = was[VILLAGE_A].numerator + 2
    first = correction(full.posts["county"], row, Parts(one, one, 0, 0))
    correction(full.posts["county"], row, Parts(one + 1, one + 1, 0, 0))
    for key in (VILLAGE_A, TOWN_A, COUNTY):
        held = frozen(row, place=key)
        assert held.value("problems_found", key).parts == was[key]
        assert held.corrected("problems_found", key).numerator == was[key].numerator + 3
    assert frozen(row, place=TOWN_B).corrected("problems_found", TOWN_B) is None
    newest, oldest = corrections(row)
    assert (oldest.row.pk, oldest.old.numerator, oldest.new.numerator) == (first.pk, was[VILLAGE_A].numerator, one)
    assert newest.old.numerator == one
    assert newest.why == "镇里补报，核对属实"
    assert newest.row.post_title == full.posts["county"].title
    assert verify(row) == []


def test_a_correction_sent_twice_is_one(full: SmallCounty) -> None:
    row, number = close(), uuid.uuid4()
    for _ in range(2):
        correction(full.posts["county"], row, Parts(9, 9, 0, 0), submission=number)
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("new", "more", "words"),
    [
        (Parts(-1, -1, 0, 0), {}, "不小于0"),
        (Parts(5, 6, 0, 0), {}, "只填一个数"),
        (Parts(5, 5, 1, 1), {}, "不计人数"),
        (Parts(5, 5, 0, 0), {"why": "错"}, "为什么更正"),
        (Parts(5, 5, 0, 0), {"key": "610998999999"}, "没有这里的"),
        (Parts(5, 5, 0, 0), {"key": GRID_A}, "没有这里的"),
        (Parts(5, 5, 0, 0), {"code": "rural"}, "没有这里的"),
        (Parts(5, 5, 0, 0), {"code": "no_such"}, "指标"),
        (Parts(5, 4, 0, 0), {"code": "grids_reported"}, "分子大于分母"),
    ],
)
def test_corrections_that_cannot_be_are_refused(
    full: SmallCounty, new: Parts, more: dict[str, object], words: str
) -> None:
    row = close()
    with pytest.raises(Refusal, match=words):
        correction(full.posts["county"], row, new, **more)
    assert not Correction.objects.exists()


def test_what_changes_nothing_is_no_correction_and_towns_do_not_correct(full: SmallCounty) -> None:
    row = close()
    with pytest.raises(Refusal, match="一样"):
        correction(full.posts["county"], row, value(row, "problems_found", VILLAGE_A))
    with pytest.raises(NotAllowed):
        correction(full.posts["town"], row, Parts(9, 9, 0, 0))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["close", *arguments])


def test_the_command_closes_once_lists_and_verifies(full: SmallCounty) -> None:
    first, second = (json.loads(run("week", "2022-W36", "--json").stdout) for _ in range(2))
    assert (first["already"], second["already"]) == (False, True)
    assert first["digest"] == second["digest"] == Snapshot.objects.get().digest
    again = run("week", "2022-W36")
    assert (again.exit_code, "早已关账" in again.output) == (0, True)
    assert [row["period"] for row in json.loads(run("list", "--json").stdout)["snapshots"]] == ["2022-W36"]
    assert json.loads(run("verify", "2022-W36", "--json").stdout)["intact"] is True
    PlaceRow.objects.filter(key=COUNTY).update(values={})
    broken = run("verify", "2022-W36", "--json")
    assert (broken.exit_code, json.loads(broken.stdout)["intact"]) == (1, False)


@pytest.mark.parametrize(("kind", "period"), [("month", "2022-08"), ("quarter", "2022-Q2")])
def test_months_and_quarters_are_closed_by_the_command_alike(full: SmallCounty, kind: str, period: str) -> None:
    first, second = (json.loads(run(kind, period, "--json").stdout) for _ in range(2))
    assert (first["kind"], first["period"], first["already"], second["already"]) == (kind, period, False, True)
    assert first["digest"] == second["digest"] == Snapshot.objects.get().digest
    assert "早已关账" in run(kind, period).output
    assert json.loads(run("verify", period, "--json").stdout)["intact"] is True
    PlaceRow.objects.filter(key=COUNTY).update(values={})
    broken = run("verify", period)
    assert (broken.exit_code, "不符" in broken.output) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("week", "2022-W37"), ("week", "2022-36"), ("month", "2022-09"), ("month", "2022-W36"), ("quarter", "2022-Q3"),
        ("quarter", "2022-08"), ("month", "2022-08", "--as-of", "2022-08-30"), ("verify", "2022-W20"), ("verify", "2022-Q1"),
    ],
)  # fmt: skip
def test_the_command_refuses_with_words(full: SmallCounty, arguments: tuple[str, ...]) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_close_one_week_once(tmp_path: Path) -> None:
    build(tmp_path)
    fill(0)
    system_post()
    results = together(close, close, close)
    assert {getattr(row, "pk", row) for row in results} == {Snapshot.objects.get().pk}
    assert verify(Snapshot.objects.get()) == []
    assert AuditEntry.objects.filter(tag="dispatch:snapshot:close").count() == 1
