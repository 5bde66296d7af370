"""Which rows of a feed count for a fact on a day: one tree that SQL, one household and explanations all use."""

from sangesan.facts import windows
from sangesan.facts.checking import parameters_of
from sangesan.facts.model import Fact, FromFeed, Source
from sangesan.facts.moment import Moment
from sangesan.facts.syntax import TRUE, Literal, Name, Node, Operation, all_of, any_of, compare


def from_feed(fact: Fact) -> FromFeed:
    """The fact's body, known to be an aggregate over a feed."""
    if not isinstance(fact.body, FromFeed):
        raise TypeError(fact.code)
    return fact.body


def row_window(fact: Fact, moment: Moment) -> Node:
    """The fact's window as a condition on a (collapsed) row."""
    body = from_feed(fact)
    if body.window.name == windows.ALWAYS:
        return TRUE if body.source.keys else not_after(body.source, moment)
    return windows.condition(
        body.window,
        on=body.on,
        interval=body.source.interval,
        as_of=moment.as_of,
        months=moment.months(body.window),
    )


def row_condition(fact: Fact, moment: Moment) -> Node:
    """Window and filter together, free of parameters."""
    body = from_feed(fact)
    where = moment.filled(body.where, parameters_of(fact) - {str(body.window.length)})
    return all_of(row_window(fact, moment), where)


def row_value(fact: Fact, moment: Moment) -> Node:
    """What is summed or compared, free of parameters; 1 where rows are counted."""
    body = from_feed(fact)
    return moment.filled(body.of, parameters_of(fact) - {str(body.window.length)}) if body.of else Literal(1)


def not_after(source: Source, moment: Moment) -> Node:
    """A row dated after the day does not count; one without a date does."""
    if source.dated_by == "period":
        return TRUE
    dated = Name(source.dated_by)
    return any_of(Operation("is_null", (dated,)), compare("<=", dated, Literal(moment.as_of)))


def known_rows(source: Source, moment: Moment) -> Node:
    """Rows among which the latest is sought: delivered for a month begun by the day, and not dated after it."""
    dated = TRUE if source.contract.kind == "events" else not_after(source, moment)
    return all_of(compare("<=", Name("period"), Literal(moment.as_of)), dated)


def hull(facts: tuple[Fact, ...], moment: Moment) -> tuple[str, windows.Span] | None:
    """The span of one column in which all the facts' windows lie, or None."""
    spans, columns = [], set()
    for fact in facts:
        body = from_feed(fact)
        spans.append(windows.span(body.window, moment.as_of, moment.months(body.window)))
        columns.add(body.on)
    known = [s for s in spans if s is not None]
    if len(columns) != 1 or len(known) != len(spans):
        return None
    first = min(known, key=lambda s: str(s.first)).first
    last = max(known, key=lambda s: str(s.last)).last
    return columns.pop(), windows.Span(first, last)
