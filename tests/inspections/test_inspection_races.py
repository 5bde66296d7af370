"""Two at the same moment: one beginning, one reply, one finding, each household drawn into the sample once."""

from pathlib import Path
from uuid import uuid4

import pytest

from inspections.inspection_builders import Inspectors, finish, inspectors, plan_of, target_of
from racing import together
from sangesan.inspections.conducting import Filled, answer, begin
from sangesan.inspections.findings import record_finding
from sangesan.inspections.models import Finding, Reply, Target
from sangesan.inspections.sampling import draw_sample, take_sample
from web.small_county import DAY, NOW, build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def who(tmp_path: Path) -> Inspectors:
    return inspectors(build(tmp_path))


def test_the_same_form_twice_at_once_is_one_row(who: Inspectors) -> None:
    target = target_of(who, plan_of(who))
    begin(post=who.one, target_id=target.pk, now=NOW)
    key, other = uuid4(), uuid4()

    def reply() -> Reply:
        filled = Filled({"people": "true"})
        return answer(
            post=who.one, target_id=target.pk, filled=filled, checked_on=DAY, submission=key, now=NOW, today=DAY
        )

    def finding() -> Finding:
        return record_finding(
            post=who.one, defect="missing_patrols", unit=target.unit, place=target.place, words="无安全饮水巡查记录",
            found_on=DAY, submission=other, now=NOW, today=DAY,
        )  # fmt: skip

    results = together(reply, finding, reply, finding)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert (Reply.objects.count(), Finding.objects.count()) == (1, 1)


def test_a_sample_taken_twice_at_once_is_one_sample(who: Inspectors) -> None:
    target = target_of(who, plan_of(who))
    finish(draw_sample(post=who.one, target_id=target.pk, size=2, now=NOW, today=DAY), who)
    results = together(*[lambda: take_sample(post=who.two, target_id=target.pk, now=NOW)] * 2)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert Target.objects.filter(parent=target).count() == 2
