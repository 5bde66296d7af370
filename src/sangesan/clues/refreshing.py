"""Turning a screening run's hits into clues: one live clue per household and risk, further hits join as evidence.

Only what changed is written, so the same run a second time writes nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

import pyarrow as pa

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.amendments.queries import parameter_number
from sangesan.clues.domain import LIVE, Cleared, Effect, State, effect_of_hit
from sangesan.clues.models import Clearance, Clue, Evidence, Scope, ToExplain
from sangesan.clues.permissions import COUNTY
from sangesan.regions.models import County
from sangesan.regions.queries import Tree, today, tree
from sangesan.registry.models import Household
from sangesan.registry.queries import names_of
from sangesan.responsibility.telling import tell_other_line
from sangesan.screening.models import ScreeningRun

CHANNEL = "DEPT"
VISIT_DAYS = "first_visit_days"
BATCH = 500

Subject = tuple[int | None, str]  # household, or None and a division


class Trigger(Protocol):
    """What clues need to know of a rule."""

    @property
    def risk_type(self) -> str:
        """Its risk's code; empty for what must only be explained."""

    @property
    def version(self) -> str:
        """The rule's version, kept with each piece of evidence."""

    def sentence(self, operands: Mapping[str, Any], as_of: date) -> str:
        """Why, in one Chinese sentence with the values."""


@dataclass
class Refreshed:
    """Counts of what a refresh did."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Effect, 0))

    @property
    def new_clues(self) -> int:
        return self.counts[Effect.OPEN]


@dataclass(frozen=True)
class Hit:
    """One row of the hits table."""

    rule: str
    subject: Subject
    person: int
    measure: int | None
    operands: dict[str, Any]


def read_hits(hits: pa.Table) -> Iterator[Hit]:
    """The hits in the order of the table."""
    for batch in hits.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            subject = (row["household_no"], "") if row["household_no"] is not None else (None, row["division"])
            yield Hit(row["rule"], subject, row["person_no"] or 0, row["measure"], json.loads(row["operands"] or "{}"))


def refresh_clues(
    *,
    post: Post,
    run: ScreeningRun,
    hits: pa.Table,
    triggers: Mapping[str, Trigger],
    as_of: date,
    to_explain: pa.Table | None = None,
    explanations: Mapping[str, Trigger] | None = None,
) -> Refreshed:
    """Opens and refreshes clues in one transaction; idempotent. Two at once wait for one another.

    hits and to_explain: a run's tables; triggers and explanations: rules and exclusions by code.
    """
    with acting(post, "clues.refresh", on=f"run:{run.pk}") as act:
        County.objects.select_for_update().first()
        work = _Work(run, triggers, as_of)
        for hit in read_hits(hits):
            work.take(hit)
        work.write()
        if to_explain is not None:
            _keep_to_explain(run, to_explain, explanations or {}, as_of)
        act.detail = {str(k): v for k, v in work.result.counts.items()}
        if run.new_clues is None:
            ScreeningRun.objects.filter(pk=run.pk).update(new_clues=work.result.new_clues)
    return work.result


class _Work:
    """What is there, what a hit changes, and the writing of it in batches."""

    def __init__(self, run: ScreeningRun, triggers: Mapping[str, Trigger], as_of: date) -> None:
        self.run, self.triggers, self.as_of = run, triggers, as_of
        # a day made up for later must not open clues that are overdue on arrival
        self.opened_on = max(as_of, today())
        self.result = Refreshed()
        live = Clue.objects.filter(state__in=LIVE).only("household_id", "division", "risk")
        self.live: dict[tuple[Subject, str], Clue] = {(_subject(clue), clue.risk): clue for clue in live}
        by_id = {clue.pk: key for key, clue in self.live.items()}
        self.known: dict[tuple[Subject, str, str, int], Evidence] = {
            (*by_id[e.clue_id], e.rule, e.person): e for e in Evidence.objects.filter(clue__state__in=LIVE)
        }
        self.cleared = _clearances(as_of)
        self.opened: dict[tuple[Subject, str], list[Hit]] = {}
        self.joined: list[tuple[Clue, Hit]] = []
        self.grown: list[tuple[Evidence, Hit]] = []

    def take(self, hit: Hit) -> None:
        """Decides what one hit does."""
        key = (hit.subject, self.triggers[hit.rule].risk_type)
        known = self.known.get((*key, hit.rule, hit.person))
        effect = effect_of_hit(
            measure=hit.measure,
            has_live_clue=key in self.live or key in self.opened,
            known=None if known is None else (known.measure,),
            cleared=self.cleared.get((hit.subject, hit.rule, hit.person)),
            as_of=self.as_of,
        )
        self.result.counts[effect] += 1
        if effect == Effect.OPEN:
            self.opened[key] = [hit]
        elif effect == Effect.JOIN and key in self.opened:
            self.opened[key].append(hit)
        elif effect == Effect.JOIN:
            self.joined.append((self.live[key], hit))
        elif effect == Effect.REFRESH and known is not None:
            self.grown.append((known, hit))

    def write(self) -> None:
        """New clues with their scopes and evidence, told to both lines; further evidence, changed values."""
        clues = self._new_clues()
        Clue.objects.bulk_create(clues, batch_size=BATCH)
        Scope.objects.bulk_create(self._scopes(clues), batch_size=BATCH)
        found = ((clue.household, f"clue:{clue.pk}", clue.headline) for clue in clues if clue.household)
        tell_other_line(found, now=self.run.started_at, today=self.opened_on)
        fresh = [
            self._evidence(clue, hit) for clue, hits in zip(clues, self.opened.values(), strict=True) for hit in hits
        ]
        fresh += [self._evidence(clue, hit) for clue, hit in self.joined]
        Evidence.objects.bulk_create(fresh, batch_size=BATCH)
        for evidence, hit in self.grown:
            new = self._evidence(self.live[(hit.subject, self.triggers[hit.rule].risk_type)], hit)
            new.pk, new.first_seen_on, new.event_on = evidence.pk, evidence.first_seen_on, evidence.event_on
            new.save(force_update=True)
        touched = {clue.pk for clue, _ in self.joined} | {evidence.clue_id for evidence, _ in self.grown}
        for clue in Clue.objects.filter(pk__in=touched):
            clue.row_version += 1
            clue.save(update_fields=["row_version"])

    def _new_clues(self) -> list[Clue]:
        due = self.opened_on + timedelta(days=parameter_number(VISIT_DAYS, self.as_of))
        self.homes = _homes(subject[0] for subject, _ in self.opened)
        self.places = tree()
        self.names = names_of({hits[0].person for hits in self.opened.values()})
        clues = []
        for (subject, risk), hits in self.opened.items():
            home = self.homes.get(subject[0] or 0)
            division = home.residence if home else subject[1]
            clues.append(
                Clue(
                    household=home,
                    division=division,
                    town=self.places.town_of(division),
                    grid=home.grid if home else "",
                    risk=risk,
                    channel=CHANNEL,
                    state=State.OPEN,
                    headline=self._headline(hits[0]),
                    rule=hits[0].rule,
                    opened_on=self.opened_on,
                    due_on=due,
                )
            )
        return clues

    def _scopes(self, clues: Iterable[Clue]) -> Iterator[Scope]:
        for clue in clues:
            for scope in scopes_of(clue, self.places):
                yield Scope(clue=clue, scope=scope, state=clue.state, due_on=clue.due_on)

    def _evidence(self, clue: Clue, hit: Hit) -> Evidence:
        return Evidence(
            clue=clue,
            rule=hit.rule,
            rule_version=self.triggers[hit.rule].version,
            person=hit.person,
            measure=hit.measure,
            operands=hit.operands,
            sentence=self._sentence(hit),
            run=self.run,
            seen_on=self.as_of,
            first_seen_on=self.as_of,
        )

    def _headline(self, hit: Hit) -> str:
        """The sentence, with the member it is about put in front."""
        name = self.names.get(hit.person)
        return (f"{name}：" if name else "") + self._sentence(hit)[:280]

    def _sentence(self, hit: Hit) -> str:
        return self.triggers[hit.rule].sentence(hit.operands, self.as_of)


def scopes_of(clue: Clue, places: Tree) -> list[str]:
    """Where a clue is listed: county, town, village, grid; both sides of a relocated household."""
    scopes = [COUNTY, clue.town, clue.division, clue.grid]
    if clue.household:
        scopes += [clue.household.town, clue.household.village]
    elif places.levels.get(clue.division) == "county":
        scopes = [COUNTY]
    return [s for s in dict.fromkeys(scopes) if s]


def _subject(clue: Clue) -> Subject:
    return (clue.household_id, "") if clue.household_id else (None, clue.division)


def _homes(ids: Iterable[int | None]) -> dict[int, Household]:
    wanted = [i for i in ids if i is not None]
    homes: dict[int, Household] = {}
    for start in range(0, len(wanted), BATCH):
        homes |= Household.objects.in_bulk(wanted[start : start + BATCH])
    return homes


def _clearances(as_of: date) -> dict[tuple[Subject, str, int], Cleared]:
    """The newest clearance of each trigger that is not over."""
    rows = Clearance.objects.filter(silent_until__gte=as_of).order_by("id")
    return {
        ((c.household, "") if c.household else (None, c.division), c.rule, c.person): Cleared(c.measure, c.silent_until)
        for c in rows
    }


def _keep_to_explain(run: ScreeningRun, hits: pa.Table, rules: Mapping[str, Trigger], as_of: date) -> None:
    """What a visit must explain: new ones and changed ones; what is gone stays until a person has looked."""
    known = {(row.household_id, row.rule, row.person): row for row in ToExplain.objects.all()}
    fresh = []
    for hit in read_hits(hits):
        household = hit.subject[0]
        old = known.get((household or 0, hit.rule, hit.person))
        if household is None or (old is not None and old.operands == hit.operands):
            continue
        rule = rules[hit.rule]
        row = ToExplain(
            pk=old.pk if old else None,
            household_id=household,
            rule=hit.rule,
            rule_version=rule.version,
            person=hit.person,
            operands=hit.operands,
            sentence=rule.sentence(hit.operands, as_of),
            run=run,
            seen_on=as_of,
        )
        if old:
            row.save(force_update=True)
        else:
            fresh.append(row)
    ToExplain.objects.bulk_create(fresh, batch_size=BATCH)
