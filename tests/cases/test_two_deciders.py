"""Two reviewers deciding at once on the real PostgreSQL: exactly one wins, a thousand times."""

import threading

import pytest
from django.db import connection

from cases.way import Way
from sangesan.audit.models import Entry
from sangesan.cases.models import Case, Step
from sangesan.cases.performing import Order, perform
from sangesan.cases.states import Act, State
from sangesan.kernel.refusal import Refusal
from web.small_county import DAY, NOW, build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TIMES = 1000


def test_of_two_reviewers_exactly_one_wins_a_thousand_times(tmp_path):
    county = build(tmp_path)
    way = Way(county)
    way.to(State.STUDY)
    gate = threading.Barrier(2)
    won: dict[str, list[int]] = {"village": [], "town": []}
    lost: dict[str, list[int]] = {"village": [], "town": []}
    broken: list[BaseException] = []

    def decide(role: str) -> None:
        """Each round both see the same version; the one sends back, the other decides that it goes on."""
        try:
            for turn in range(TIMES):
                gate.wait(60)
                case = Case.objects.get(pk=way.case.pk)
                act = Act.SEND_BACK if case.state == State.STUDY else Act.NOT_REACHED if case.state == State.CHECKING else Act.REACHED
                gate.wait(60)
                order = Order(case.pk, case.row_version, act, DAY, f"{role}第{turn}次")
                try:
                    perform(post=county.posts[role], orders=[order], today=DAY, now=NOW)
                    won[role].append(turn)
                except Refusal as refusal:
                    assert "有了变动" in refusal.message
                    lost[role].append(turn)
                gate.wait(60)
        except BaseException as error:
            broken.append(error)
            gate.abort()
        finally:
            connection.close()

    from sangesan.cases.filling import tried_to_reach

    tried_to_reach(
        post=county.posts["village"], case_id=way.case.pk, version=way.fresh().row_version, on=DAY, how="电话", whom="户主",
        result="无人接听", today=DAY, now=NOW,
    )  # fmt: skip
    before = Step.objects.filter(case=way.case).count()
    threads = [threading.Thread(target=decide, args=(role,)) for role in won]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert not broken
    assert sorted(won["village"] + won["town"]) == list(range(TIMES))
    assert sorted(lost["village"] + lost["town"]) == list(range(TIMES))
    case = Case.objects.get(pk=way.case.pk)
    assert Step.objects.filter(case=case).count() == before + TIMES
    assert case.steps == before + TIMES - 1
    assert Entry.objects.filter(tag="cases:case:act").count() >= TIMES
