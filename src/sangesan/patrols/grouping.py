"""Who belongs to which key group: by the engine each night, by hand where no department's data reaches the household."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_book
from sangesan.exchange.queries import open_feeds
from sangesan.facts.moment import Moment
from sangesan.facts.reading import load_facts
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.key_groups import key_groups
from sangesan.patrols.models import KeyGroup
from sangesan.policy.parameters import ParameterBook
from sangesan.registry.snapshot import snapshot
from sangesan.screening.engine import screen
from sangesan.screening.explaining import explain
from sangesan.screening.needs import columns_needed
from sangesan.screening.rules import Rule
from sangesan.visits.permissions import reached

BATCH = 500
LONGEST = 300
SHORTEST_WORDS = 4

Found = dict[tuple[str, int], str]


@dataclass(frozen=True)
class Grouped:
    """What a night changed. counts: households by group; waiting: groups that could not be made, and what they lack."""

    counts: dict[str, int]
    added: int
    removed: int
    reworded: int
    waiting: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def make_key_groups(*, post: Post, as_of: date, now: datetime) -> Grouped:
    """Makes the key groups as of a day; writes only what differs, run again it writes nothing.

    A group whose data or parameter is missing keeps the households it had. Listed groups are left alone.
    """
    require(post, "patrols.group")
    found, waiting = _evaluate(as_of, now)
    made = [code for code, group in key_groups().items() if not group.listed and code not in waiting]
    with acting(post, "patrols.group", on="county:all") as act:
        kept = {(row.group, row.household_id): row for row in KeyGroup.objects.filter(group__in=made)}
        fresh = [
            KeyGroup(household_id=household, group=group, sentence=words, since=as_of)
            for (group, household), words in found.items()
            if (group, household) not in kept
        ]
        gone = [row.pk for key, row in kept.items() if key not in found]
        reworded = [row for key, row in kept.items() if key in found and row.sentence != found[key]]
        for row in reworded:
            row.sentence = found[row.group, row.household_id]
        for start in range(0, len(gone), BATCH):
            KeyGroup.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        KeyGroup.objects.exclude(group__in=list(key_groups())).delete()  # a group that the data no longer has
        KeyGroup.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
        KeyGroup.objects.bulk_update(reworded, ["sentence"], batch_size=BATCH)
        counts = Counter(group for group, _household in found)
        grouped = Grouped(dict(counts), len(fresh), len(gone), len(reworded), waiting)
        act.detail = grouped.to_dict() | {"as_of": as_of.isoformat()}
    return grouped


def list_household(*, post: Post, household_id: int, group: str, words: str, today: date, now: datetime) -> KeyGroup:
    """Puts a household by hand into a listed group (which hazard point threatens it); again: the words are renewed.

    Raises Refusal for a group that the engine makes or without words, NotAllowed outside the post's reach.
    """
    _must_be_listed(group)
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写依据", place="依据", remedy="请写明，如“屋后滑坡体，隐患点编号见防灾明白卡”")
    with acting(post, "patrols.list", on=f"household:{household_id}", reason=words.strip()[:200]) as act:
        household = reached(post, household_id)
        row, new = KeyGroup.objects.get_or_create(
            household=household, group=group, defaults={"sentence": words.strip()[:LONGEST], "since": today}
        )
        if not new:
            row.sentence = words.strip()[:LONGEST]
            row.save(update_fields=["sentence"])
        act.detail = {"group": group, "new": new, "at": now.isoformat()}
    return row


def unlist_household(*, post: Post, household_id: int, group: str, why: str, now: datetime) -> None:
    """Takes a household out of a listed group, with a reason. Raises Refusal, NotAllowed."""
    _must_be_listed(group)
    if len(why.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写原因", place="移出原因", remedy="请写明，如“隐患点已治理销号”")
    with acting(post, "patrols.list", on=f"household:{household_id}", reason=why.strip()[:200]) as act:
        gone, _ = KeyGroup.objects.filter(household=reached(post, household_id), group=group).delete()
        act.detail = {"group": group, "removed": gone, "at": now.isoformat()}


def _must_be_listed(group: str) -> None:
    known = key_groups().get(group)
    if known is None or not known.listed:
        raise Refusal(
            "这类重点户由系统按数据判断，不能手工登记", place="重点户类别", remedy="情况不符的请登记变化或线索"
        )


def _evaluate(as_of: date, now: datetime) -> tuple[Found, dict[str, list[str]]]:
    """(group, household) -> sentence over the whole county, and the groups that wait."""
    rules = {code: group.rule for code, group in key_groups().items() if group.rule is not None}
    parameters, book = parameter_book(now), load_facts()
    with duckdb.connect() as con:
        for name, table in snapshot(as_of=as_of, known_at=now).items():
            con.register(name, table)
        columns = columns_needed(list(rules.values()), book, Moment(as_of, parameters))
        open_feeds(con, feeds=list(columns), known_at=now, columns=columns)
        result = screen(con, as_of=as_of, rules=list(rules.values()), parameters=parameters)
    hits = result.hits.select(["rule", "household_no", "operands"]).to_pylist()
    sentences = _Sentences(rules, as_of, parameters)
    found = {(h["rule"], h["household_no"]): sentences.of(h["rule"], h["operands"]) for h in hits}
    return found, {wait.rule: list(wait.missing) for wait in result.waiting}


class _Sentences:
    """One sentence per group and set of values: many households share it."""

    def __init__(self, rules: Mapping[str, Rule], as_of: date, parameters: ParameterBook) -> None:
        self.rules, self.as_of, self.parameters, self.book = rules, as_of, parameters, load_facts()
        self.kept: dict[tuple[str, str], str] = {}

    def of(self, code: str, operands: str) -> str:
        key = (code, operands)
        if key not in self.kept:
            words = explain(
                self.rules[code], json.loads(operands), as_of=self.as_of, parameters=self.parameters, book=self.book
            )
            self.kept[key] = words[:LONGEST]
        return self.kept[key]
