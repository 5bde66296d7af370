"""What if a parameter were another? The rules that use it, over the county as the last run saw it, before and after.

Nothing is recorded: a trial changes no clue. Hits are told apart by rule and household (or place).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import duckdb
import pyarrow as pa

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_book
from sangesan.exchange.queries import open_feeds
from sangesan.facts.moment import Moment
from sangesan.facts.reading import load_facts
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterBook, ParameterValue
from sangesan.screening.engine import ScreeningResult, screen
from sangesan.screening.needs import columns_needed
from sangesan.screening.queries import latest_run
from sangesan.screening.reading import load_rules
from sangesan.screening.rules import Rule
from sangesan.screening.run_folder import SNAPSHOT, read_table

Subject = tuple[str, int | str]


@dataclass(frozen=True)
class TownChange:
    """A town's households (and places) that the rules would hit besides, or no longer; `after` is all it would have."""

    town: str
    appear: int
    vanish: int
    after: int


@dataclass(frozen=True)
class WhatIf:
    """The answer. appear and vanish: households by number, ascending; waiting: rules that cannot run even so."""

    rules: list[Rule]
    before: int
    after: int
    appear: list[int]
    vanish: list[int]
    towns: list[TownChange]
    waiting: list[str]
    seconds: float


def what_if(*, post: Post, value: ParameterValue) -> WhatIf:
    """Tries a value for a parameter on the day it would hold from, or the last run's day if that is later.

    Raises NotAllowed; Refusal where no rule uses the parameter or the county was never screened.
    """
    require(post, "amendments.amend")
    begun = perf_counter()
    rules = [rule for rule in load_rules() if value.code in rule.parameters]
    if not rules:
        raise Refusal("没有规则用到这个参数", place=f"参数 {value.code}", remedy="可以直接修订，筛查不受影响")
    run = latest_run()
    if run is None:
        raise Refusal("还没有筛查过", place="试算", remedy="请先运行一次筛查")
    held = ParameterValue(**{**vars(value), "valid_from": run.as_of, "valid_to": None})
    book = parameter_book()
    tables = {name: read_table(run, name) for name in SNAPSHOT}
    old, new = _screened(tables, rules, (book, book.with_values([held])), run.as_of)
    return _answer(rules, tables, _subjects(old), _subjects(new), [w.rule for w in new.waiting], begun)


def _screened(
    tables: Mapping[str, pa.Table], rules: list[Rule], books: tuple[ParameterBook, ParameterBook], as_of: date
) -> tuple[ScreeningResult, ScreeningResult]:
    """The rules under both books over feeds that are opened once."""
    needed: dict[str, set[str]] = {}
    for book in books:
        for feed, columns in columns_needed(rules, load_facts(), Moment(as_of, book)).items():
            needed.setdefault(feed, set()).update(columns)
    with duckdb.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        open_feeds(con, feeds=sorted(needed), columns=needed)
        old, new = (screen(con, as_of=as_of, rules=rules, parameters=book) for book in books)
    return old, new


def _subjects(result: ScreeningResult) -> set[Subject]:
    """What was hit: (rule, household or place)."""
    columns = (result.hits.column(c).to_pylist() for c in ("rule", "household_no", "division"))
    return {(rule, place if household is None else household) for rule, household, place in zip(*columns, strict=True)}


def _answer(
    rules: list[Rule],
    tables: Mapping[str, pa.Table],
    old: set[Subject],
    new: set[Subject],
    waiting: list[str],
    begun: float,
) -> WhatIf:
    before, after = {subject for _, subject in old}, {subject for _, subject in new}
    town_of = _towns(tables)
    appear, vanish = after - before, before - after
    counts = {
        name: Counter(town_of.get(subject, "") for subject in subjects)
        for name, subjects in (("appear", appear), ("vanish", vanish), ("after", after))
    }
    towns = sorted(set().union(*counts.values()))
    return WhatIf(
        rules=rules,
        before=len(before),
        after=len(after),
        appear=sorted(s for s in appear if isinstance(s, int)),
        vanish=sorted(s for s in vanish if isinstance(s, int)),
        towns=[TownChange(t, counts["appear"][t], counts["vanish"][t], counts["after"][t]) for t in towns],
        waiting=waiting,
        seconds=round(perf_counter() - begun, 3),
    )


def _towns(tables: Mapping[str, pa.Table]) -> dict[int | str, str]:
    """The town of every household (where it lives) and of every place."""
    divisions = tables["divisions"]
    levels = dict(zip(*(divisions.column(c).to_pylist() for c in ("code", "level")), strict=True))
    parents = dict(zip(*(divisions.column(c).to_pylist() for c in ("code", "parent")), strict=True))
    towns: dict[int | str, str] = {
        code: code if level == "town" else parents[code] or "" for code, level in levels.items() if level != "county"
    }
    households = tables["households"]
    homes = zip(*(households.column(c).to_pylist() for c in ("household_no", "residence")), strict=True)
    towns.update({number: towns.get(residence, "") for number, residence in homes})
    return towns
