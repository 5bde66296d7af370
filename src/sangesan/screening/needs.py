"""Which columns of which feeds a run reads."""

from collections.abc import Sequence

from sangesan.facts.conditions import from_feed, row_condition, row_value
from sangesan.facts.model import FactBook, FromFeed
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.facts.scanning import needed_columns
from sangesan.screening.rules import Rule


def columns_needed(rules: Sequence[Rule], book: FactBook, moment: Moment) -> dict[str, list[str]]:
    """The columns of each feed that a run of these rules reads: to open (and decrypt) no others."""
    needed: dict[str, set[str]] = {"death": {"person_no", "died_on"}}
    for fact in closure([code for rule in rules for code in rule.facts], book):
        if isinstance(fact.body, FromFeed):
            source = from_feed(fact).source
            own = needed_columns([row_condition(fact, moment), row_value(fact, moment)])
            ordered = ["period", "delivery", "row_no"] if source.contract.kind != "events" or source.keys else []
            dated = [source.dated_by] if source.keys or source.contract.kind == "register" else []
            needed.setdefault(source.code, set()).update([source.subject, *own, *source.keys, *ordered, *dated])
    return {code: sorted(columns) for code, columns in sorted(needed.items())}
