"""Rules with the book and the parameters at hand, so that a hit can be told in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sangesan.amendments.queries import parameter_book
from sangesan.facts.model import FactBook
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterBook
from sangesan.screening.explaining import explain
from sangesan.screening.reading import load_exclusions, load_rules
from sangesan.screening.rules import Rule


@dataclass(frozen=True)
class ToldRule:
    """A rule that can explain its hits."""

    rule: Rule
    parameters: ParameterBook
    book: FactBook

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def title(self) -> str:
        return self.rule.title

    @property
    def risk_type(self) -> str:
        return self.rule.risk_type

    @property
    def version(self) -> str:
        return self.rule.version

    def sentence(self, operands: Mapping[str, Any], as_of: date) -> str:
        """Why, in one Chinese sentence with the values."""
        return explain(self.rule, operands, as_of=as_of, parameters=self.parameters, book=self.book)


def told_rules(known_at: datetime | None = None) -> dict[str, ToldRule]:
    """Every rule by code, with the parameters known at an instant."""
    return _told(load_rules(), known_at)


def told_exclusions(known_at: datetime | None = None) -> dict[str, ToldRule]:
    """Every exclusion by code."""
    return _told(load_exclusions(), known_at)


def _told(rules: Sequence[Rule], known_at: datetime | None) -> dict[str, ToldRule]:
    parameters, book = parameter_book(known_at), load_facts()
    return {rule.code: ToldRule(rule, parameters, book) for rule in rules}
