"""Floods and probing: counted in the database, by keyed index, with a wait that grows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sangesan.kernel.refusal import Refusal
from sangesan.self_reports.domain import receipt_of
from sangesan.self_reports.limits import Limit, TooMany, count, ensure_free, limits_of_asking, limits_of_report, sweep
from sangesan.self_reports.models import Tally
from sangesan.self_reports.progress import find

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
DAY = date(2022, 9, 13)
LIMIT = Limit("phone", "13800001234", 2, timedelta(minutes=10))


def free(now: datetime, *limits: Limit) -> bool:
    try:
        ensure_free(limits or [LIMIT], now=now, refused="太多", remedy="过 {minutes}再来")
    except TooMany:
        return False
    return True


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.django_db
def test_used_up_until_its_time_is_over() -> None:
    assert free(NOW)
    for _ in range(2):
        assert free(NOW)
        count([LIMIT], now=NOW)
    assert not free(NOW + minutes(9.9))
    assert free(NOW + minutes(10))


@pytest.mark.django_db
def test_the_wait_doubles_when_it_is_used_up_again_and_is_forgiven_after_a_day() -> None:
    for start, free_after in ((0, 10), (10, 30), (30, 70)):
        for _ in range(2):
            count([LIMIT], now=NOW + minutes(start))
        assert not free(NOW + minutes(free_after - 0.1)), start
        assert free(NOW + minutes(free_after)), start
    later = NOW + timedelta(days=3)
    for _ in range(2):
        count([LIMIT], now=later)
    assert free(later + minutes(10))


@pytest.mark.django_db
def test_the_refusal_says_how_long() -> None:
    for _ in range(2):
        count([LIMIT], now=NOW)
    with pytest.raises(TooMany, match="过 7 分钟再来"):
        ensure_free([LIMIT], now=NOW + minutes(3.5), refused="太多", remedy="过 {minutes}再来")


@pytest.mark.django_db
def test_neither_address_nor_phone_stands_in_the_table() -> None:
    count(limits_of_report(address="203.0.113.9", phone="13800001234", village="610998100201", today=DAY), now=NOW)
    assert Tally.objects.count() == 3
    for row in Tally.objects.all():
        assert len(bytes(row.who)) == 32
        assert b"203.0.113.9" not in bytes(row.who)


@pytest.mark.django_db
def test_others_are_not_held_back() -> None:
    for _ in range(2):
        count([LIMIT], now=NOW)
    assert free(NOW, Limit("phone", "13800009999", 2, minutes(10)))
    assert free(NOW, Limit("address", "13800001234", 2, minutes(10)))


@pytest.mark.django_db
def test_what_is_long_over_is_swept() -> None:
    count([LIMIT], now=NOW)
    assert sweep(NOW + timedelta(hours=20)) == 0
    assert sweep(NOW + timedelta(days=2)) == 1


def probe(receipt: str, *, address: str = "203.0.113.9", now: datetime = NOW) -> str:
    with pytest.raises(Refusal) as refused:
        find(receipt=receipt, last_four="0000", address=address, today=DAY, now=now)
    return str(refused.value)


@pytest.mark.django_db
def test_five_wrong_answers_for_one_receipt_then_a_wait_also_from_elsewhere() -> None:
    receipt = receipt_of(123_456_789)
    assert {probe(receipt, address=f"203.0.113.{n}") for n in range(5)} == {probe(receipt_of(5))}
    assert "先停一会儿" in probe(receipt, address="198.51.100.1")
    assert "先停一会儿" not in probe(receipt, address="198.51.100.1", now=NOW + minutes(16))


@pytest.mark.django_db
def test_one_address_cannot_try_many_receipts() -> None:
    most = limits_of_asking(address="a", receipt="b", today=DAY)[1].most
    said = [probe(receipt_of(n)) for n in range(most + 1)]
    assert "先停一会儿" not in said[most - 1]
    assert "先停一会儿" in said[most]
