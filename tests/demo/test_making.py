import numpy as np
import pytest

from sangesan.demo.chance import generator, share_out, sizes_with_sum
from sangesan.demo.feeds.catalogue import MAKERS
from sangesan.demo.identity import with_check_digit
from sangesan.demo.making import make_county
from sangesan.demo.presentation import decimal_text
from sangesan.kernel.identity_number import check_digit


@pytest.mark.parametrize(("count", "total"), [(1, 1), (7, 20), (100, 341), (10, 80), (3, 3)])
def test_sizes_meet_their_sum(count: int, total: int):
    sizes = sizes_with_sum(generator(1, "sizes"), count, total, (1, 2, 3, 4, 3, 2, 1, 1))
    assert (len(sizes), int(sizes.sum())) == (count, total)
    assert sizes.min() >= 1
    assert sizes.max() <= 8


def test_sizes_that_cannot_be_met_are_named():
    with pytest.raises(ValueError, match="3 households cannot hold 30 people"):
        sizes_with_sum(generator(1, "sizes"), 3, 30, (1, 1, 1))


def test_shares_are_exact():
    assert share_out(10, [1, 1, 1]).sum() == 10
    assert share_out(7, [50, 50]).tolist() in ([4, 3], [3, 4])


def test_check_digits_agree_with_the_kernel():
    first17 = np.array([f"610998{1950 + n}0{1 + n % 9}1{n % 9}{n:03d}" for n in range(60)])
    assert with_check_digit(first17).tolist() == [text + check_digit(text) for text in first17.tolist()]


def test_amounts_are_written_exactly():
    values = np.array([0, 5, 123_456, 9_999_999_999, -1])
    assert decimal_text(values, 2).to_pylist() == ["0.00", "0.05", "1234.56", "99999999.99", None]


def test_every_feed_reports_within_its_months_and_about_known_people():
    county = make_county(0.02, 3)
    last = np.datetime64("2022-08-31")
    for feed, make in MAKERS.items():
        for records in make(county):
            assert records.feed == feed
            assert records.month in county.facts.months
            if records.person is not None:
                assert records.person.max() < len(county.people)
            for heading, column in records.columns.items():
                assert len(column.values) == len(records)
                if column.kind == "date":
                    known = column.values[~np.isnat(column.values)]
                    assert (known <= last).all(), (feed, heading)


def test_every_division_and_grid_of_the_full_county_is_in_use():
    county = make_county(1.0, 20220913)
    h = county.households
    assert len(np.unique(h.village)) == county.places.codes.size == 207
    sizes = np.unique(h.grid, return_counts=True)[1]
    assert sizes.min() >= 30
    assert sizes.max() <= 50
    assert (h.size.size, int(h.size.sum())) == (83_056, 283_542)
    assert (int(h.poor.sum()), int(h.size[h.poor].sum())) == (39_319, 130_286)
    assert (int(h.monitored.sum()), int(h.size[h.monitored].sum())) == (3_210, 11_062)
    assert (int(h.eliminated.sum()), int(h.size[h.eliminated].sum())) == (2_380, 8_298)
    assert (int(h.open.sum()), int(h.size[h.open].sum())) == (830, 2_764)
    assert 550 <= int((h.cause == "因灾搬迁").sum()) <= 700
