"""What a rule's page shows beyond the rule's state: parameters with their part in the rule, figures and their feeds."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.amendments.queries import parameter_book
from sangesan.facts.model import FactBook, FromFeed
from sangesan.facts.planning import closure
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterValue
from sangesan.screening.queries import RuleState, rule_state
from sangesan.screening.reading import load_exclusions
from sangesan.screening.rules import Rule
from sangesan.web.labels import titled
from sangesan.web.shown_values import shown


@dataclass(frozen=True)
class ShownParameter:
    """A parameter on the day: value None where it has none."""

    code: str
    title: str
    shown: str
    value: ParameterValue | None


@dataclass(frozen=True)
class ShownFact:
    """A figure a rule rests on, and the department data it comes from ("": register or computed)."""

    code: str
    title: str
    feed: str


def state_of(post: Post, code: str, on: date) -> RuleState:
    """One rule, or one exclusion (which has no hits of its own); raises Refusal for an unknown code."""
    for exclusion in load_exclusions():
        if exclusion.code == code:
            book = parameter_book()
            values = [(book.parameter(c), book.value(c, on)) for c in exclusion.parameters]
            return RuleState(rule=exclusion, values=values, missing=[], hits=0)
    return rule_state(post, code, on)


def parameters_of(state: RuleState) -> list[ShownParameter]:
    """The parameters with their values as people read them."""
    return [
        ShownParameter(parameter.code, parameter.title, shown(value.value, value.unit) if value else "", value)
        for parameter, value in state.values
    ]


def facts_of(rule: Rule) -> list[ShownFact]:
    """The figures it rests on, those behind them included."""
    facts = load_facts()
    return [ShownFact(fact.code, fact.title, _feed(fact.code, facts)) for fact in closure(rule.facts, facts)]


def in_words(rule: Rule) -> str:
    """The rule's condition with the titles of figures and parameters in place of their codes."""
    facts, book = load_facts(), parameter_book()
    words = {
        "and": _("且"),
        "or": _("或"),
        "not": _("非"),
        "in": _("属于"),
        "percent_of": _("按比例"),
        ">=": "≥",
        "<=": "≤",
        "<>": "≠",
    }

    def title(found: re.Match[str]) -> str:
        code = found[0]
        if code in facts:
            return _("「%(title)s」") % {"title": titled(facts[code].title)}
        if code in book:
            return _("「%(title)s」") % {"title": titled(book.parameter(code).title)}
        return words.get(code, code)

    return re.sub(r"[a-z_][a-z0-9_]*|>=|<=|<>", title, " ".join(rule.when_text.split()))


def _feed(code: str, facts: FactBook) -> str:
    body = facts[code].body
    return body.source.contract.title if isinstance(body, FromFeed) else ""
