"""When the thing behind a rule's hit happened: the earliest date among the delivered rows that the rule counted.

Only facts that look at what is new (a recent window) over a column with a real date tell a day: a hospital bill of last
month, a death, a damage. Sums over a year and states (income, no job) have no day of their own and stay unknown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

import duckdb
import pyarrow as pa
from django.db.models import Q

from sangesan.amendments.queries import parameter_book
from sangesan.clues.models import Clue, Evidence
from sangesan.exchange.queries import open_feeds
from sangesan.facts.conditions import from_feed, hull, row_condition
from sangesan.facts.model import Fact, FactBook, FromFeed
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.facts.queries import Select, quoted
from sangesan.facts.reading import load_facts
from sangesan.facts.scanning import needed_columns, rows_of
from sangesan.facts.syntax import Name
from sangesan.facts.windows import OVERLAPS
from sangesan.registry.models import Membership
from sangesan.screening.models import ScreeningRun
from sangesan.screening.reading import load_rules

NEW_THINGS = frozenset({"recent_months", "last_month", OVERLAPS})
BATCH = 500

Subject = int | str  # a person's number, or a division


def note_event_days(run: ScreeningRun) -> int:
    """Sets the day of the thing on the run's evidence, where its data tell it, and on the clues; how many clues.

    Run again it changes nothing. Reads the same deliveries and parameters as the run.
    """
    waiting = list(Evidence.objects.filter(run=run, event_on=None).select_related("clue"))
    book, moment = load_facts(), Moment(run.as_of, parameter_book(run.known_at))
    dated = {rule.code: dated_facts(rule.facts, book) for rule in load_rules()}
    waiting = [evidence for evidence in waiting if dated.get(evidence.rule)]
    if not waiting:
        return 0
    subjects = {evidence.pk: found for evidence, found in _subjects(waiting)}
    facts = {fact.code: fact for evidence in waiting for fact in dated[evidence.rule]}
    wanted = {subject for found in subjects.values() for subject in found}
    first = _first_days(facts.values(), moment, run, wanted)
    told = []
    for evidence in waiting:
        days = [
            day for fact in dated[evidence.rule] for subject in subjects[evidence.pk]
            if (day := first[fact.code].get(subject)) is not None
        ]  # fmt: skip
        if days:
            evidence.event_on = min(days)
            told.append(evidence)
    Evidence.objects.bulk_update(told, ["event_on"], batch_size=BATCH)
    return _carry_up(told)


def dated_facts(codes: Iterable[str], book: FactBook) -> list[Fact]:
    """Those of the facts, and of what they are made of, that count new things by a date of their own."""
    found = []
    for fact in closure(codes, book):
        if isinstance(fact.body, FromFeed) and fact.body.window.name in NEW_THINGS:
            dates = {c.as_name for c in fact.body.source.contract.open_columns if c.type == "date"}
            found += [fact] if fact.body.on in dates else []
    return found


def _subjects(waiting: list[Evidence]) -> Iterable[tuple[Evidence, set[Subject]]]:
    """The people (for a household's hit its members) or the division that each piece of evidence is about."""
    homes = {e.clue.household_id for e in waiting if e.clue.household_id and not e.person}
    members: dict[int, set[Subject]] = defaultdict(set)
    numbers = sorted(home for home in homes if home)
    for start in range(0, len(numbers), BATCH):
        rows = Membership.objects.filter(household__in=numbers[start : start + BATCH], valid_to=None)
        for household, person in rows.values_list("household_id", "person_id"):
            members[household].add(person)
    for e in waiting:
        if e.person:
            yield e, {e.person}
        else:
            yield e, members[e.clue.household_id] if e.clue.household_id else {e.clue.division}


def _first_days(
    facts: Iterable[Fact], moment: Moment, run: ScreeningRun, wanted: set[Subject]
) -> Mapping[str, dict[Subject, date]]:
    """By fact and subject the earliest date among the rows that the fact counts."""
    asked = list(facts)
    columns: dict[str, set[str]] = defaultdict(set)
    for fact in asked:
        body = from_feed(fact)
        needed = needed_columns([row_condition(fact, moment)])
        columns[body.source.code] |= {
            body.source.subject, body.on, body.source.dated_by, *needed, *body.source.keys, "period", "delivery", "row_no",
        }  # fmt: skip
    with duckdb.connect() as con:
        open_feeds(
            con, feeds=sorted(columns), known_at=run.known_at, columns={c: sorted(names) for c, names in columns.items()}
        )
        people = sorted(one for one in wanted if isinstance(one, int))
        con.register("wanted_people", pa.table({"subject": pa.array(people, pa.int64())}))
        places = sorted(one for one in wanted if isinstance(one, str))
        con.register("wanted_places", pa.table({"subject": pa.array(places, pa.string())}))
        return {fact.code: dict(con.execute(_query(fact, moment)).fetchall()) for fact in asked}


def _query(fact: Fact, moment: Moment) -> str:
    body = from_feed(fact)
    condition, subject = row_condition(fact, moment), quoted(body.source.subject)
    needed = needed_columns([condition, Name(body.on)])
    table = "wanted_people" if body.source.subject == "person_no" else "wanted_places"
    earliest = "MAX" if body.aggregate == "min" else "MIN"  # the fewest days since: the latest of them
    return Select(
        columns=((subject, "subject"), (f"{earliest}({quoted(body.on)})", "day")),
        source=rows_of(body.source, needed, hull((fact,), moment), moment),
        joins=(f"SEMI JOIN {table} AS w ON w.subject = {subject}",),
        where=(condition,),
        group=(subject,),
    ).text()


def _carry_up(told: list[Evidence]) -> int:
    """The earliest day goes to the clue; a day after the clue came up is of something else and stays with its evidence."""
    earliest: dict[int, date] = {}
    for evidence in told:
        if evidence.event_on is not None and evidence.event_on <= evidence.clue.opened_on:
            earliest[evidence.clue_id] = min(evidence.event_on, earliest.get(evidence.clue_id, evidence.event_on))
    for number, day in earliest.items():
        Clue.objects.filter(Q(event_on=None) | Q(event_on__gt=day), pk=number).update(event_on=day)
    return len(earliest)
