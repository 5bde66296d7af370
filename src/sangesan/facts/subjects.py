"""Who counts: people with their state on the day, and households in which somebody living is present."""

from sangesan.facts.model import Fact, FromSnapshot, RollUp
from sangesan.facts.moment import Moment
from sangesan.facts.queries import Select, quoted
from sangesan.facts.rendering import to_sql
from sangesan.facts.roll_ups import living, rolled
from sangesan.facts.scanning import scalar
from sangesan.facts.syntax import Literal, Name, Node, Operation, compare

LIVING, DEAD, LEFT = 0, 1, 2


def _on_or_before(column: str, moment: Moment) -> Node:
    return Operation("coalesce", (compare("<=", Name(column), Literal(moment.as_of)), Literal(value=False)))


def people(facts: tuple[Fact, ...], moment: Moment) -> Select:
    """person_no, household_no, state (0 living and present, 1 dead, 2 left the county) and the snapshot's facts.

    Dead is who is so in the registry or in the civil affairs' death feed, by the day.
    """
    dead = Select(
        (("person_no", "dead_no"),),
        "feed_death",
        where=(compare("<=", Name("died_on"), Literal(moment.as_of)),),
        group=("person_no",),
    ).text()
    state = (
        f"CASE WHEN {to_sql(_on_or_before('left_on', moment))} THEN {LEFT} "
        f"WHEN {to_sql(_on_or_before('died_on', moment))} OR d.dead_no IS NOT NULL THEN {DEAD} ELSE {LIVING} END"
    )
    return Select(
        columns=(
            ("p.person_no", "person_no"),
            ("p.household_no", "household_no"),
            (state, "state"),
            *((_snapshot(f, moment), f.code) for f in facts),
        ),
        source="people AS p",
        joins=(f"LEFT JOIN ({dead}) AS d ON d.dead_no = p.person_no",),
    )


def households(facts: tuple[Fact, ...], moment: Moment) -> Select:
    """household_no, town, the snapshot's facts and what is counted over its people; only where somebody lives."""
    counted = tuple(f for f in facts if isinstance(f.body, RollUp))
    members = Select(
        columns=(("household_no", "household_no"), *((rolled(f), f.code) for f in counted)),
        source="run.people",
        where=(living(),),
        group=("household_no",),
    ).text()
    return Select(
        columns=(
            ("h.household_no", "household_no"),
            ("h.town", "town"),
            *((_snapshot(f, moment), f.code) for f in facts if f not in counted),
            *((f"m.{quoted(f.code)}", f.code) for f in counted),
        ),
        source="households AS h",
        joins=(f"JOIN ({members}) AS m ON m.household_no = h.household_no",),
    )


def attached(select: Select, codes: tuple[str, ...]) -> Select:
    """A person scan with household and state; rows of persons that the registry does not know fall away."""
    return Select(
        columns=(
            ("p.person_no", "person_no"),
            ("p.household_no", "household_no"),
            ("p.state", "state"),
            *((f"s.{quoted(code)}", code) for code in codes),
        ),
        source=f"({select.text()}) AS s",
        joins=("JOIN run.people AS p ON p.person_no = s.person_no",),
    )


def _snapshot(fact: Fact, moment: Moment) -> str:
    body = fact.body
    if not isinstance(body, FromSnapshot):
        raise TypeError(fact.code)
    value = moment.filled(body.value, set())
    if fact.empty is not None:
        value = Operation("coalesce", (value, scalar(fact.empty)))
    return to_sql(value)
