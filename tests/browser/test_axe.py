"""axe over what people use: every page of the menu as each role sees it at its desk or on its phone, one
household with its clue and case, the lists behind figures, the forms of a patrol, the phone app's screens: nothing serious.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from browser.axe import faults_at, serious_faults
from browser.conftest import DESKTOP, PHONE
from browser.phone_app import Phone
from cases.way import Way, set_line
from figures.line_rows import CaseRow, ClueRow, Rows, day
from patrols.walks import NOW as WALKED
from patrols.walks import walk
from sangesan.patrols.rounds import weekly_round
from sangesan.registry.models import Household
from sangesan.web.menu import menu_of
from web.small_county import DAY, GRID_A, PASSWORD, VILLAGE_B, SmallCounty, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county(transactional_db: None, tmp_path: Path, settings: Any) -> SmallCounty:
    """Clues of several lines, a case under way, a household visited in this week's round."""
    del transactional_db
    settings.HOME = tmp_path
    small = build(tmp_path)
    heads = ["陈大山", "李长顺", "周明远", "吴家成"]
    rows = Rows(
        [Household.objects.get(head_name=head) for head in heads],
        [
            ClueRow(0, "GRID", "confirmed", day(9), day(6), visited=day(7), event=day(12), hits=(day(6),)),
            ClueRow(1, "DEPT", "open", day(8), day(5), hits=(day(8),), sightings=(("SELF", day(3)),)),
            ClueRow(2, "SELF", "settled", day(8), day(5), visited=day(4)),
        ],
        {3: CaseRow("PLATFORM", day(200), day(190))},
    )
    rows.put(VILLAGE_B)
    weekly_round(DAY, now=WALKED)
    walk(small, rows.homes[1])
    return small


def menu_addresses(small: SmallCounty, role: str) -> list[str]:
    """Every place of the role's menu."""
    return [place.address for _title, places in menu_of(small.posts[role]) for place in places]


@pytest.mark.parametrize(
    ("role", "size"),
    [
        ("county", DESKTOP), ("town", PHONE), ("grid", PHONE), ("village", PHONE), ("department", DESKTOP), ("inspector", PHONE),
    ],
)  # fmt: skip
def test_every_page_of_the_menu(county: SmallCounty, visitor: Any, role: str, size: dict[str, int]) -> None:
    window = visitor(size)
    window.log_in(f"test_{role}", PASSWORD)
    addresses = menu_addresses(county, role)
    assert len(addresses) >= 4
    assert faults_at(window.page, addresses) == {}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_one_household_its_clue_its_case_and_the_figures_about_it(
    county: SmallCounty, visitor: Any, size: dict[str, int]
) -> None:
    set_line()
    way = Way(county)
    home = Household.objects.get(head_name="李长顺")
    window = visitor(size)
    window.log_in("test_village", PASSWORD)
    addresses = [
        reverse("household", args=[home.pk]),
        reverse("household", args=[way.case.household_id]),
        reverse("clue", args=[home.clues.get().pk]),
        reverse("case", args=[way.case.pk]),
        reverse("visit-record", args=[home.pk]),
        reverse("patrol-record", args=[home.pk]),
        reverse("patrol-grid", args=[GRID_A]),
        reverse("lines"),
        f"{reverse('lines')}?by=channel&from=&to=",
        f"{reverse('line-clues')}?step=clues",
        f"{reverse('line-households')}?from=&to=",
        reverse("front"),
    ]
    assert faults_at(window.page, addresses) == {}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_anybody_sees_before_logging_in(county: SmallCounty, visitor: Any, size: dict[str, int]) -> None:
    del county
    assert faults_at(visitor(size).page, [reverse("login"), reverse("report-anywhere"), reverse("report-progress")]) == {}


@pytest.fixture
def phone(chromium: Browser, live_server: Any, county: SmallCounty) -> Iterator[Phone]:
    """A phone that is not yet enrolled."""
    del county
    opened = Phone(chromium, live_server.url)
    yield opened
    opened.context.close()
    assert opened.complaints == []


def test_the_phone_app(phone: Phone) -> None:
    page, found = phone.page, {}

    def look(what: str) -> None:
        page.wait_for_timeout(300)  # a screen that slides in is half transparent: its contrast is not yet what one reads
        if faults := serious_faults(page):
            found[what] = faults

    page.get_by_label("用户名").wait_for()
    look("log-in")
    phone.enrol()
    look("today")
    home = Household.objects.get(head_name="李长顺")
    for what, address in (
        ("household", f"#/home/{home.pk}"),
        ("patrol", f"#/home/{home.pk}/patrol"),
        ("visit", f"#/home/{home.pk}/visit"),
        ("queue", "#/queue"),
        ("conflicts", "#/conflicts"),
        ("settings", "#/settings"),
    ):
        page.goto(f"/field/{address}")
        page.get_by_role("heading").first.wait_for()
        look(what)
    page = phone.close_app()
    page.get_by_role("heading", name="输入 PIN").wait_for()
    look("PIN")
    assert found == {}
