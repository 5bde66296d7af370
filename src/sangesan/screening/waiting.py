"""Which rules cannot run on a day, and what each lacks."""

from collections.abc import Collection

from sangesan.facts.model import FactBook, FromFeed, Pending
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.screening.rules import Rule, Waiting

NOT_CONNECTED = "数据项“{title}”尚未接入"
NO_VALUE = "参数“{title}”（{code}）在{day}没有值"
NEVER_DELIVERED = "数据项 {feed} 还没有推送过"
REASONS = (NOT_CONNECTED, NO_VALUE, NEVER_DELIVERED)


def what_is_missing(
    rule: Rule, book: FactBook, moment: Moment, *, views: Collection[str], empty: Collection[str]
) -> tuple[str, ...]:
    """Missing feeds, values and deliveries, in Chinese; empty where the rule can run.

    views: feeds that can be read; empty: those of them that hold no row at all.
    """
    missing: list[str] = []
    for fact in closure(rule.facts, book):
        if isinstance(fact.body, Pending):
            missing.append(fact.body.missing)
        elif isinstance(fact.body, FromFeed) and fact.body.source.code not in views:
            missing.append(NOT_CONNECTED.format(title=fact.body.source.contract.title))
    for code in rule.parameters:
        if moment.lacks(code):
            title = moment.parameters.parameter(code).title if code in moment.parameters else code
            missing.append(NO_VALUE.format(title=title, code=code, day=moment.as_of))
    missing.extend(NEVER_DELIVERED.format(feed=feed) for feed in rule.needs_rows if feed in empty)
    return tuple(dict.fromkeys(missing))


def split(
    rules: Collection[Rule], book: FactBook, moment: Moment, *, views: Collection[str], empty: Collection[str]
) -> tuple[tuple[Rule, ...], tuple[Waiting, ...]]:
    """The rules that run and those that wait, each in the order given."""
    lacking = {r.code: what_is_missing(r, book, moment, views=views, empty=empty) for r in rules}
    runs = tuple(r for r in rules if not lacking[r.code])
    return runs, tuple(Waiting(r.code, lacking[r.code]) for r in rules if lacking[r.code])
