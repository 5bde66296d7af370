"""What a clue's page shows of its evidence: the sentence, the values, the rule, its source, what must be explained; and
who saw it when.
"""

from dataclasses import dataclass
from datetime import date

from sangesan.amendments.queries import parameter_book
from sangesan.clues.domain import channels
from sangesan.clues.models import Evidence
from sangesan.clues.queries import CluePage
from sangesan.clues.refreshing import CHANNEL as OF_RULES
from sangesan.facts.model import FactBook, FromFeed
from sangesan.facts.planning import closure
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterBook
from sangesan.registry.queries import names_of
from sangesan.screening.rules import Rule
from sangesan.web.labels import rules_by_code, titled
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


@dataclass(frozen=True)
class Sight:
    """Somebody or some rule saw what the clue is about. on: when first; event_on: the day of the thing, where known; by:
    the post or the rule; renewed_on: when a rule's values grew; late: days after the first sight.
    """

    on: date
    channel: str
    words: str
    by: str
    event_on: date | None
    renewed_on: date | None
    late: int


def sights_of(page: CluePage, evidence: list[ShownEvidence]) -> list[Sight]:
    """Who saw the clue when, the earliest first. A clue from before sightings were kept has its opening only."""
    rules = channels()[OF_RULES].title
    found: list[tuple[date, str, str, str, date | None, date | None]] = [
        (s.seen_on, channels()[s.channel].title, s.words, s.post_title, s.event_on, None) for s in page.sightings
    ]
    for kept, told in zip(page.evidence, evidence, strict=True):
        renewed = kept.seen_on if kept.seen_on != kept.first_seen_on else None
        by = f"{told.code} {titled(told.rule.title)}" if told.rule else told.code
        words = f"{told.who}：{kept.sentence}" if told.who else kept.sentence
        found.append((kept.first_seen_on, rules, words, by, kept.event_on, renewed))
    if not found:
        clue = page.clue
        found.append((clue.opened_on, channels()[clue.channel].title, clue.headline, "", clue.event_on, None))
    found.sort(key=lambda one: one[0])
    return [Sight(*one, late=(one[0] - found[0][0]).days) for one in found]


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
