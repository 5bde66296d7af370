"""Amendments take over from their day, need a source, and a demonstration's value never reaches a real county."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.amendments.actions import amend
from sangesan.amendments.queries import parameter_book
from sangesan.audit.queries import entries
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.models import County
from web.small_county import SmallCounty

NOW = datetime(2022, 9, 13, 2, 0, tzinfo=UTC)
LINE = ParameterValue("first_visit_days", 5, "days", date(2022, 1, 1), None, "县农领办〔2022〕1号", "关于核查期限的通知")


def test_takes_over_from_its_day_and_is_audited(small_county: SmallCounty) -> None:
    amend(post=small_county.posts["county"], value=LINE, now=NOW)
    book = parameter_book()
    assert book.value("first_visit_days", date(2021, 12, 31)).value == 3  # type: ignore[union-attr]
    assert book.value("first_visit_days", date(2022, 1, 1)).value == 5  # type: ignore[union-attr]
    assert parameter_book(NOW - timedelta(seconds=1)).value("first_visit_days", date(2022, 1, 1)).value == 3  # type: ignore[union-attr]
    assert entries(tag="amendments:")[0].object == "parameter:first_visit_days"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"source": " "}, "没有写出处"), ({"unit": "months"}, "单位应为"), ({"code": "nothing"}, "没有名为"),
        ({"valid_to": date(2021, 1, 1)}, "止日早于起日"),
    ],
)  # fmt: skip
def test_refusals(small_county: SmallCounty, changed: dict[str, object], why: str) -> None:
    with pytest.raises(Refusal, match=why):
        amend(post=small_county.posts["county"], value=ParameterValue(**{**vars(LINE), **changed}), now=NOW)


def test_demonstration_only_stays_in_demonstrations(small_county: SmallCounty) -> None:
    County.objects.update(is_demonstration=False)
    with pytest.raises(Refusal, match="仅供演示"):
        amend(post=small_county.posts["county"], value=ParameterValue(**{**vars(LINE), "demonstration_only": True}), now=NOW)


def test_a_town_may_not(small_county: SmallCounty) -> None:
    with pytest.raises(NotAllowed):
        amend(post=small_county.posts["town"], value=LINE, now=NOW)
