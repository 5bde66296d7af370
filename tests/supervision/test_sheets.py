"""Drafting, signing, correcting."""

from web.small_county import DAY, SmallCounty

from supervision.sheets_county import blue, corrected, later, with_seats


def test_a_blue_sheet_gets_number_and_days(small_county: SmallCounty) -> None:
    county = with_seats(small_county)
    sheet = blue(county)
    assert (sheet.state, sheet.number, sheet.due_on) == ("issued", 1, later(7))
    assert corrected(county, sheet, later(2)).state == "rectified"
    assert DAY == sheet.issued_on
