"""The demonstration's seats, tasks and projects: whole, told apart from real ones, safe to write twice."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from sangesan.accounts.queries import system_post
from sangesan.demo.answering import MARK, name_those_who_answer
from sangesan.demo.assignments import write_assignments
from sangesan.demo.leadership import settings_of, write_seats
from sangesan.demo.making import make_county
from sangesan.demo.projects import write_projects
from sangesan.demo.registry_files import write_registry
from sangesan.leadership.domain import State
from sangesan.leadership.models import Assignment, Part, Seat, Step
from sangesan.leadership.queries import holder, vacancies
from sangesan.projects.domain import LAGGING, Main
from sangesan.projects.models import Plan, Project, Report
from sangesan.projects.queries import lagging, rows_of
from sangesan.regions.queries import forget_tree, tree
from sangesan.registry.county_folder import load_places, load_register
from web.small_county import NOW

pytestmark = pytest.mark.django_db
SINCE, TODAY = date(2021, 1, 1), date(2022, 9, 13)


def silent(*_: object) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All villages with few households, in one transaction that is rolled back; everything is written twice."""
    folder = tmp_path_factory.mktemp("leadership")
    write_registry(make_county(0.01, 20220913), folder)
    with django_db_blocker.unblock(), transaction.atomic():
        forget_tree()
        load_places(folder, SINCE)
        load_register(folder, SINCE, post=system_post(), progress=silent)
        name_those_who_answer(SINCE, now=NOW, progress=silent)
        for _ in range(2):
            write_seats(today=TODAY, now=NOW, progress=silent)
            write_projects(today=TODAY, now=NOW, progress=silent)
            write_assignments(today=TODAY, progress=silent)
        yield
        transaction.set_rollback(True)
    forget_tree()


def test_only_the_vacancies_of_the_file_are_vacant(county: None) -> None:
    words = settings_of()
    expected = len(words["without_contact"]) + len(words["without_resident_head"])
    assert sorted(v.seat for v in vacancies(TODAY)) == ["resident_team_head"] * 2 + ["town_contact"]
    assert len(vacancies(TODAY)) == expected
    assert all(row.post.user.name.startswith(MARK) for row in Seat.objects.select_related("post__user"))  # type: ignore[union-attr]


def test_one_town_changed_its_secretary(county: None) -> None:
    ended = Seat.objects.get(valid_to__isnull=False)
    after = holder("town_secretary", ended.scope, on=TODAY)
    assert (ended.seat, ended.valid_to) == ("town_secretary", date(2022, 5, 19))
    assert after is not None
    assert after.pk != ended.post_id
    assert Seat.objects.filter(seat="town_secretary", valid_to=None).count() == len(tree().towns())


def test_a_chain_goes_from_the_county_to_a_grid(county: None) -> None:
    grid = Part.objects.filter(post__role="grid").select_related("assignment__parent__assignment__parent").first()
    assert grid is not None
    village = grid.assignment.parent
    assert village is not None
    town = village.assignment.parent
    assert town is not None
    assert [part.post.role for part in (village, town)] == ["village", "town"]
    assert town.assignment.parent is None
    assert town.assignment.giver == holder("leading_group_head", "", on=TODAY)


def test_tasks_stand_at_every_step_and_within_their_days(county: None) -> None:
    states = set(Part.objects.values_list("state", flat=True))
    assert states == set(State) - {State.WITHDRAWN}
    assert not Step.objects.filter(day__gt=TODAY).exists()
    assert not Assignment.objects.filter(given_on__gt=TODAY).exists()


def test_homes_of_the_disaster_are_600_and_more_and_some_projects_lag(county: None) -> None:
    plans = Plan.objects.filter(project__kind="rebuilding")
    assert sum(plan.quantity for plan in plans) == 612
    rows = rows_of(Project.objects.all(), TODAY)
    late = [row for row in rows if row.standing.main in LAGGING]
    assert 0 < len(late) < len(rows) / 2
    assert lagging(TODAY)[0].standing.main == Main.BEHIND
    assert not Report.objects.filter(as_of__gt=TODAY).exists()
    assert {row.project.kind for row in rows} >= {"industry", "dangerous_house", "rebuilding"}
