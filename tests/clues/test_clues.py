"""From hits to clues to a visit: idempotent, one live clue per household and risk, silent after a harmless visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry
from sangesan.cases.screening_county import screen_county
from sangesan.clues.actions import export_clues, record_first_visit
from sangesan.clues.domain import Effect, State
from sangesan.clues.models import Clearance, Clue, Evidence, Scope
from sangesan.clues.queries import Filters, clue_page, counts, work_list
from sangesan.clues.refreshing import Refreshed, refresh_clues
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.responsibility.models import Told
from sangesan.screening.models import ScreeningRun
from web.small_county import COMMUNITY, DAY, TOWN_A, VILLAGE_B, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
ALL = Filters(state="")


@dataclass(frozen=True)
class Trigger:
    code: str
    risk_type: str
    title: str = "试"
    version: str = "v1"

    def sentence(self, operands: Mapping[str, Any], as_of: date) -> str:
        return f"{self.code} {operands} {as_of}"


TRIGGERS = {t.code: t for t in (Trigger("R01", "01"), Trigger("R02", "01"), Trigger("R12", "H1"), Trigger("R13", "H2"))}


def home(code_end: str) -> int:
    return Household.objects.get(code__endswith=code_end).pk


def refresh(*hits: tuple[str, int | str, int | None], as_of: date = DAY) -> Refreshed:
    """hits: rule, household number or division, measure."""
    rows = [
        {
            "rule": rule, "grain": "household" if isinstance(on, int) else "division",
            "household_no": on if isinstance(on, int) else None, "person_no": None,
            "division": None if isinstance(on, int) else on, "measure": measure, "operands": f'{{"x": {measure or 0}}}',
        }
        for rule, on, measure in hits
    ]  # fmt: skip
    schema = pa.schema(
        [("rule", pa.string()), ("grain", pa.string()), ("household_no", pa.int64()), ("person_no", pa.int64()),
         ("division", pa.string()), ("measure", pa.int64()), ("operands", pa.string())]
    )  # fmt: skip
    run = ScreeningRun.objects.create(as_of=as_of, known_at=NOW, started_at=NOW, post=system_post().pk)
    return refresh_clues(
        post=system_post(), run=run, hits=pa.Table.from_pylist(rows, schema), triggers=TRIGGERS, as_of=as_of
    )


def visit(county: SmallCounty, clue: Clue, conclusion: str = "no_risk", **changed: Any) -> Clue:
    given = {
        "post": county.posts["grid"], "clue_id": clue.pk, "version": clue.row_version, "visited_on": DAY, "reason": "自付已由大病保险报销",
        "checkers": "两名核查人", "today": DAY, "now": NOW, "conclusion": conclusion,
    }  # fmt: skip
    return record_first_visit(**{**given, **changed})


def test_one_clue_per_household_and_risk_and_nothing_new_the_second_time(small_county: SmallCounty) -> None:
    hits = [("R01", home("10020100001"), 500), ("R02", home("10020100001"), 900), ("R12", home("10020100001"), None)]
    assert refresh(*hits).counts == {Effect.OPEN: 2, Effect.JOIN: 1, Effect.REFRESH: 0, Effect.NOTHING: 0, Effect.SILENT: 0}
    entries = Entry.objects.count()
    again = refresh(*hits)
    assert (again.new_clues, again.counts[Effect.NOTHING]) == (0, 3)
    assert Entry.objects.count() == entries + 1
    medical = Clue.objects.get(risk="01")
    assert [e.rule for e in medical.evidence.order_by("id")] == ["R01", "R02"]
    assert (medical.due_on - medical.opened_on, medical.headline[:3]) == (timedelta(days=3), "R01")
    assert ScreeningRun.objects.order_by("id").values_list("new_clues", flat=True)[0] == 2


def test_a_later_hit_joins_and_a_grown_value_is_kept_with_a_new_version(small_county: SmallCounty) -> None:
    refresh(("R01", home("10020100001"), 500))
    refresh(("R01", home("10020100001"), 700), ("R02", home("10020100001"), 900))
    clue = Clue.objects.get()
    assert dict(clue.evidence.values_list("rule", "measure")) == {"R01": 700, "R02": 900}
    assert clue.row_version == 2
    refresh()
    assert Evidence.objects.count() == 2, "a hit that is gone takes nothing away: a person decides"


def test_who_sees_which_clue(small_county: SmallCounty) -> None:
    moved = home("10120100002")  # registered in village B, lives in the community of town A
    refresh(("R01", home("10020100001"), 1), ("R12", moved, None), ("R13", VILLAGE_B, 4))
    seen = {
        role: {(c.household_id or c.division) for c in work_list(post, ALL, today=DAY).clues}
        for role, post in small_county.posts.items() if role != "department"
    }  # fmt: skip
    mine = home("10020100001")
    assert seen["grid"] == seen["village"] == {mine}
    assert seen["town"] == {mine, moved}
    assert seen["county"] == seen["inspector"] == {mine, moved, VILLAGE_B}
    assert set(Scope.objects.filter(clue__household=moved).values_list("scope", flat=True)) == {
        "county", TOWN_A, COMMUNITY, f"{COMMUNITY}-01", VILLAGE_B, "610998101000",
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        work_list(small_county.posts["department"], ALL, today=DAY)
    with pytest.raises(NotAllowed, match="不在您的管理范围内"):
        clue_page(small_county.posts["grid"], Clue.objects.get(risk="H1").pk)


def test_no_risk_silences_the_trigger_until_it_grows_or_time_is_over(small_county: SmallCounty) -> None:
    mine = home("10020100001")
    refresh(("R01", mine, 500))
    cleared = visit(small_county, Clue.objects.get())
    assert (cleared.state, cleared.visit.purposes) == (State.CLEARED, ["clue"])  # type: ignore[union-attr]
    assert Clearance.objects.get().silent_until == date(2023, 3, 13)
    assert refresh(("R01", mine, 500)).counts[Effect.SILENT] == 1
    assert refresh(("R02", mine, 10)).new_clues == 1, "another trigger was not looked at"
    Clue.objects.filter(state=State.OPEN).delete()
    assert refresh(("R01", mine, 501)).new_clues == 1
    Clue.objects.filter(state=State.OPEN).delete()
    assert refresh(("R01", mine, 500), as_of=date(2023, 3, 14)).new_clues == 1


def test_a_confirmed_clue_goes_on_taking_evidence(small_county: SmallCounty) -> None:
    mine = home("10020100001")
    refresh(("R01", mine, 500))
    assert visit(small_county, Clue.objects.get(), "needs_procedure", reason="").state == State.CONFIRMED
    assert refresh(("R02", mine, 10)).counts[Effect.JOIN] == 1
    assert list(Scope.objects.values_list("state", flat=True).distinct()) == ["confirmed"]
    assert counts(small_county.posts["grid"], ALL, today=DAY) == {"open": 0, "confirmed": 1, "taken": 0, "cleared": 0, "settled": 0}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"reason": "无"}, "没有写清为什么无风险"), ({"conclusion": "maybe"}, "没有选择核查结果"),
        ({"visited_on": date(2022, 9, 14)}, "晚于今天"), ({"visited_on": date(2022, 9, 12)}, "早于线索产生"), ({"version": 9}, "新的证据"),
    ],
)  # fmt: skip
def test_a_record_that_is_not_in_order_changes_nothing(small_county: SmallCounty, changed: dict[str, Any], why: str) -> None:
    refresh(("R01", home("10020100001"), 500))
    before = Entry.objects.count()
    with pytest.raises(Refusal, match=why):
        visit(small_county, Clue.objects.get(), **changed)
    assert (Clue.objects.get().state, Clearance.objects.count(), Entry.objects.count()) == (State.OPEN, 0, before)


def test_decided_once_and_only_within_reach(small_county: SmallCounty) -> None:
    refresh(("R01", home("10020100001"), 500), ("R13", VILLAGE_B, 4))
    clue = Clue.objects.get(risk="01")
    with pytest.raises(NotAllowed):
        visit(small_county, clue, post=small_county.posts["inspector"])
    with pytest.raises(NotAllowed):
        visit(small_county, Clue.objects.get(risk="H2"))
    visit(small_county, clue)
    with pytest.raises(Refusal, match="已是"):
        visit(small_county, clue)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_paging_by_key_shows_each_clue_once_in_order(small_county: SmallCounty, limit: int) -> None:
    homes = [home(e) for e in ("10020100001", "10020100002", "10120100001", "10120100002")]
    for n, household in enumerate(homes):
        refresh(("R01", household, 1), as_of=DAY - timedelta(days=n % 2))
        refresh(("R12", household, 1))
    post, shown, after = small_county.posts["county"], [], ""
    while True:
        page = work_list(post, Filters(), today=DAY, after=after, limit=limit)
        shown += [(row.due_on, row.clue_id) for row in page.rows]
        after = page.next
        if not after:
            break
    assert shown == sorted(shown)
    assert len(shown) == len(set(shown)) == 8


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(risk="H1"), 1), (Filters(channel="DEPT"), 2), (Filters(channel="SELF"), 0), (Filters(line="第三道防线·部门预警"), 2),
        (Filters(text="陈"), 2), (Filters(text="王"), 0), (Filters(place=TOWN_A), 2), (Filters(place=VILLAGE_B), 0),
        (Filters(rule="R12"), 1), (Filters(due="overdue"), 0), (Filters(state="cleared"), 0),
    ],
)  # fmt: skip
def test_filters(small_county: SmallCounty, filters: Filters, found: int) -> None:
    mine = home("10020100001")
    refresh(("R01", mine, 1), ("R02", mine, 2), ("R12", mine, None))
    assert len(work_list(small_county.posts["county"], filters, today=DAY).rows) == found


def test_a_broken_page_key_is_refused(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal, match="翻页"):
        work_list(small_county.posts["county"], ALL, today=DAY, after="x")


def test_a_download_is_an_act_that_leaves_an_entry(small_county: SmallCounty) -> None:
    refresh(("R01", home("10020100001"), 500))
    rows = export_clues(post=small_county.posts["grid"], filters=Filters(risk="01"), today=DAY)
    assert [c.household_id for c in rows] == [home("10020100001")]
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.tag, entry.detail) == ("clues:list:export", {"rows": 1, "filters": {"state": "open", "risk": "01"}})
    with pytest.raises(NotAllowed):
        export_clues(post=small_county.posts["department"], filters=ALL, today=DAY)


@pytest.mark.parametrize(("days", "overdue", "week"), [(-1, 1, 0), (0, 0, 1), (6, 0, 1), (7, 0, 0)])
def test_due_filters(small_county: SmallCounty, days: int, overdue: int, week: int) -> None:
    refresh(("R01", home("10020100001"), 500))
    Scope.objects.update(due_on=DAY + timedelta(days=days))
    post = small_county.posts["county"]
    assert len(work_list(post, Filters(due="overdue"), today=DAY).rows) == overdue
    assert len(work_list(post, Filters(due="week"), today=DAY).rows) == week


def test_a_past_day_opens_clues_of_today_and_the_future_is_not_screened(small_county: SmallCounty) -> None:
    refresh(("R01", home("10020100001"), 500), as_of=date(2022, 7, 1))
    clue = Clue.objects.get()
    assert (clue.opened_on, clue.due_on) == (DAY, DAY + timedelta(days=3))
    with pytest.raises(Refusal, match="还没有到"):
        screen_county(post=system_post(), as_of=date(2030, 1, 1), now=NOW)


def test_a_clue_on_a_relocated_household_is_told_to_both_its_lines_once(small_county: SmallCounty) -> None:
    moved, settled = home("10120100002"), home("10020100001")
    for _ in range(2):
        refresh(("R01", moved, 500), ("R12", moved, None), ("R01", settled, 500))
    told = {(t.household_id, t.line, t.division, t.due_on) for t in Told.objects.all()}
    assert told == {(moved, "origin", VILLAGE_B, DAY + timedelta(days=2)), (moved, "residence", COMMUNITY, DAY + timedelta(days=2))}
    about = {f"clue:{c.pk}": c.headline for c in Clue.objects.filter(household=moved)}
    assert dict(Told.objects.values_list("about", "sentence")) == about
    assert Told.objects.count() == 4
