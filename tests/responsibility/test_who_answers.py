"""The table of domain 5: which rows a household needs, who leads, which post is asked first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.responsibility import domain
from sangesan.responsibility.domain import Duty, Kind, Line, Role

RELOCATED = [
    ("find", "residence", "lead"),
    ("find", "origin", "support"),
    ("assist", "origin", "lead"),
    ("assist", "residence", "support"),
]
ORDINARY = [("find", "origin", "lead"), ("assist", "origin", "lead")]


@pytest.mark.parametrize(("relocated", "rows"), [(True, RELOCATED), (False, ORDINARY)])
def test_rows_a_household_needs(relocated: bool, rows: list[tuple[str, str, str]]) -> None:
    wanted = {(line, duty, role) for duty, line, role in rows}
    assert domain.expected(relocated) == wanted
    assert len(domain.slots(relocated)) == len(wanted)
    assert domain.missing(relocated, set()) == list(domain.slots(relocated))
    assert domain.missing(relocated, wanted) == []


@pytest.mark.parametrize(
    ("duty", "relocated", "line"),
    [("find", True, "residence"), ("assist", True, "origin"), ("find", False, "origin"), ("assist", False, "origin")],
)
def test_who_leads(duty: str, relocated: bool, line: str) -> None:
    assert domain.who_leads(Duty(duty), relocated) == line


@given(st.sets(st.sampled_from([(line, duty, role) for line in Line for duty in Duty for role in Role])), st.booleans())
def test_what_is_missing_and_what_is_held_make_up_what_is_expected(held: set[domain.Slot], relocated: bool) -> None:
    lacking = set(domain.missing(relocated, held))
    assert not lacking & held
    assert lacking | (held & domain.expected(relocated)) == domain.expected(relocated)
    side = domain.one_sided(relocated, held)
    if not relocated:
        assert side is None
    elif side is not None:
        assert len([slot for slot in lacking if slot[0] == side]) == 2
    else:
        assert all(any(slot[0] == line for slot in held & domain.expected(True)) for line in Line)


@pytest.mark.parametrize(
    ("held", "side"),
    [
        ([], "residence"),
        ([("origin", "assist", "lead")], "residence"),
        ([("residence", "find", "lead")], "origin"),
        ([("residence", "find", "lead"), ("origin", "find", "support")], None),
        ([("residence", "find", "support"), ("origin", "find", "support")], "residence"),
    ],
    ids=str,
)
def test_a_line_with_nobody_at_all(held: list[tuple[str, str, str]], side: str | None) -> None:
    """The last: a supporting row of the line that should lead is none of the table's, so it counts for nothing."""
    assert domain.one_sided(True, held) == side
    assert domain.one_sided(False, held) is None


@pytest.mark.parametrize(
    ("role", "title", "kind"),
    [
        ("village", "双柳村包联干部", Kind.CONTACT),
        ("village", "双柳村 村文书", Kind.CADRE),
        ("grid", "第1网格网格员", Kind.GRID),
        ("town", "东河镇防返贫专干", Kind.TOWN),
        ("county", "县包联领导", None),
        ("department", "医疗保障局", None),
    ],
)
def test_what_a_post_is_to_households(role: str, title: str, kind: Kind | None) -> None:
    assert domain.kind_of(role, title) == kind


@pytest.mark.parametrize(
    ("relocated", "duty", "first"),
    [(False, "find", "grid"), (False, "assist", "contact"), (True, "find", "contact"), (True, "assist", "contact")],
)
def test_who_is_asked_first(relocated: bool, duty: str, first: str) -> None:
    assert domain.asked_first(Duty(duty), relocated)[0] == first


@pytest.mark.parametrize(
    ("seen_by", "told"), [(None, {"origin", "residence"}), (Line.ORIGIN, {"residence"}), (Line.RESIDENCE, {"origin"})]
)
def test_which_line_is_told(seen_by: Line | None, told: set[str]) -> None:
    assert set(domain.to_tell(seen_by)) == told


def test_every_code_has_its_title() -> None:
    assert (set(domain.LINES), set(domain.DUTIES), set(domain.ROLES)) == (set(Line), set(Duty), set(Role))
