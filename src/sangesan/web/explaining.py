"""What a clue's page shows of its evidence: the sentence, the values, the rule, its source, what must be explained."""

from dataclasses import dataclass
from datetime import date

from sangesan.amendments.queries import parameter_book
from sangesan.clues.models import Evidence
from sangesan.clues.queries import CluePage
from sangesan.facts.model import FactBook, FromFeed
from sangesan.facts.planning import closure
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterBook
from sangesan.registry.queries import names_of
from sangesan.screening.rules import Rule
from sangesan.web.labels import rules_by_code
from sangesan.web.shown_values import shown


@dataclass(frozen=True)
class ShownValue:
    """One figure: what it is, its value; note: a parameter's source."""

    title: str
    shown: str
    note: str = ""


@dataclass(frozen=True)
class ShownEvidence:
    """A hit as people read it. rule is None where it has been retired; feeds: from which its figures come."""

    pk: int
    code: str
    who: str
    rule: Rule | None
    sentence: str
    seen_on: date
    version: str
    values: list[ShownValue]
    feeds: list[str]


def evidence_of(page: CluePage) -> list[ShownEvidence]:
    """All evidence of a clue."""
    rules, facts, book = rules_by_code(), load_facts(), parameter_book()
    names = names_of([e.person for e in page.evidence])
    return [_shown(e, names.get(e.person, ""), rules.get(e.rule), facts, book) for e in page.evidence]


def feeds_behind(rule: Rule, facts: FactBook) -> list[str]:
    """Codes of the feeds from which a rule's figures come."""
    bodies = [fact.body for fact in closure(rule.facts, facts)]
    return sorted({body.source.code for body in bodies if isinstance(body, FromFeed)})


def _shown(e: Evidence, who: str, rule: Rule | None, facts: FactBook, book: ParameterBook) -> ShownEvidence:
    values = [ShownValue(facts[c].title, shown(v, facts[c].unit)) for c, v in e.operands.items() if c in facts]
    for code, role in rule.roles.items() if rule else ():
        value = book.value(code, e.run.as_of)
        if value is not None:
            values.append(ShownValue(role, shown(value.value, value.unit), value.document or value.source))
    feeds = feeds_behind(rule, facts) if rule else []
    return ShownEvidence(e.pk, e.rule, who, rule, e.sentence, e.seen_on, e.rule_version, values, feeds)
