"""Running the screening over the county, and repeating an earlier run from what it kept."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter

import duckdb
import pyarrow as pa

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_book
from sangesan.exchange.queries import DeliveryRef, open_feeds
from sangesan.facts.moment import Moment
from sangesan.facts.reading import load_facts
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterBook
from sangesan.registry.snapshot import snapshot
from sangesan.screening.engine import ScreeningResult, screen
from sangesan.screening.models import ScreeningRun
from sangesan.screening.needs import columns_needed
from sangesan.screening.reading import load_exclusions, load_rules
from sangesan.screening.run_folder import EXCLUSIONS, HITS, SNAPSHOT, read_table, write_tables

Progress = Callable[[int, int, str], None]
STEPS = 4


@dataclass(frozen=True)
class Screened:
    """A run as recorded, with its result still in memory. seconds: the whole run, snapshot and files included."""

    run: ScreeningRun
    result: ScreeningResult


def run_screening(*, post: Post, as_of: date, now: datetime, progress: Progress = lambda *_: None) -> Screened:
    """Screens the county on a day with all that is known now, and records the run. Clues are refreshed by the caller.

    Raises NotAllowed; rules that cannot run wait and never fail it.
    """
    require(post, "screening.run")
    begun = perf_counter()
    progress(0, STEPS, "读取农户底册")
    tables = snapshot(as_of=as_of, known_at=now)
    if tables["households"].num_rows == 0:
        raise Refusal(f"{as_of} 这一天底册里没有农户", place="筛查", remedy="请核对日期，或先装入农户底册")
    progress(1, STEPS, "读取部门数据")
    result, deliveries = _screen(tables, as_of=as_of, known_at=now, parameters=parameter_book(now), progress=progress)
    progress(3, STEPS, "存档")
    run = _record(post, as_of, now, result, deliveries, tables, begun)
    progress(STEPS, STEPS, "完成")
    return Screened(run, result)


def repeat_screening(run: ScreeningRun) -> ScreeningResult:
    """The same run again: its snapshot, its deliveries, its parameters; the digest must be the recorded one.

    Raises Refusal where rules have changed since, or what it rests on is gone.
    """
    rules = {rule.code: rule.version for rule in load_rules()}
    changed = sorted(code for code, version in run.rules.items() if rules.get(code) != version)
    if changed:
        raise Refusal(
            f"规则{'、'.join(changed)}在这次筛查之后改过",
            place=f"筛查 {run.pk}",
            remedy="请用当时的版本重算，或重新筛查",
        )
    tables = {name: read_table(run, name) for name in SNAPSHOT}
    book = parameter_book(run.known_at)
    return _screen(tables, as_of=run.as_of, known_at=run.known_at, parameters=book, progress=lambda *_: None)[0]


def _screen(
    tables: Mapping[str, pa.Table], *, as_of: date, known_at: datetime, parameters: ParameterBook, progress: Progress
) -> tuple[ScreeningResult, list[DeliveryRef]]:
    with duckdb.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        rules, exclusions = load_rules(), load_exclusions()
        columns = columns_needed([*rules, *exclusions], load_facts(), Moment(as_of, parameters))
        deliveries = open_feeds(con, known_at=known_at, columns=columns)
        progress(2, STEPS, "逐条规则筛查")
        result = screen(con, as_of=as_of, rules=rules, parameters=parameters, exclusions=exclusions)
    return result, deliveries


def _record(
    post: Post,
    as_of: date,
    now: datetime,
    result: ScreeningResult,
    deliveries: list[DeliveryRef],
    tables: Mapping[str, pa.Table],
    begun: float,
) -> ScreeningRun:
    rules = load_rules()
    book = parameter_book(now)
    values = {code: book.value(code, as_of) for rule in rules for code in rule.parameters if code in book}
    with acting(post, "screening.run", on="county:all") as act:
        run = ScreeningRun.objects.create(
            as_of=as_of,
            known_at=now,
            started_at=now,
            digest=result.digest,
            hits=result.hits.num_rows,
            rules={rule.code: rule.version for rule in rules},
            parameters={code: None if v is None else str(v.value) for code, v in values.items()},
            deliveries=[ref.id for ref in deliveries],
            counts=dict(Counter(result.hits.column("rule").to_pylist())),
            waiting=[{"rule": w.rule, "missing": list(w.missing)} for w in result.waiting],
            post=post.pk,
        )
        kept = {**tables, HITS: result.hits, EXCLUSIONS: result.exclusions}
        run.folder, run.wrapped_key = write_tables(run.pk, kept)
        run.seconds = round(perf_counter() - begun, 3)
        run.save(update_fields=["folder", "wrapped_key", "seconds"])
        act.on = f"run:{run.pk}"
        act.detail = {"as_of": as_of.isoformat(), "hits": run.hits, "digest": run.digest}
    return run
