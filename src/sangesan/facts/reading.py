"""Reads fact definitions from YAML; every complaint names file, fact and field in Chinese."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.exchange.contracts import Contracts, FeedContract, load_contracts
from sangesan.facts import windows
from sangesan.facts.checking import check
from sangesan.facts.functions import Value
from sangesan.facts.model import UNITS, Body, Derived, Fact, FactBook, FromFeed, FromSnapshot, Pending, RollUp, Source
from sangesan.facts.parsing import parse
from sangesan.facts.syntax import TRUE, Node
from sangesan.facts.windows import Window
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterBook, load_parameters
from sangesan.policy.reading import mapping, no_others, read_yaml, required

SHIPPED = Path(__file__).parent / "definitions"
GRAINS = ("person", "household", "division")
AGGREGATES = ("sum", "count", "max", "min", "any")
ROLL_UPS = ("sum", "count", "max", "min", "any")
FILE_KEYS = {"feed", "snapshot", "dated_by", "interval", "episode", "facts"}
FACT_KEYS = {
    "title", "grain", "unit", "empty", "note", "aggregate", "of", "where", "window", "dated_by",
    "value", "rolls_up", "by", "counts", "derive", "pending",
}  # fmt: skip


@lru_cache(maxsize=4)
def load_facts(
    directory: Path = SHIPPED, contracts: Contracts | None = None, parameters: ParameterBook | None = None
) -> FactBook:
    """The facts of all YAML files in a folder; raises Refusal that names file, fact and field."""
    contracts = contracts or load_contracts()
    facts: dict[str, Fact] = {}
    for path in sorted(directory.glob("*.yaml")):
        for fact in _file(path, contracts):
            if fact.code in facts:
                raise Refusal(f"事实“{fact.code}”定义了两次", place=path.name, remedy="请删去一处")
            facts[fact.code] = fact
    book = FactBook(facts)
    check(book, parameters or load_parameters())
    return book


def _file(path: Path, contracts: Contracts) -> list[Fact]:
    head = mapping(read_yaml(path), path.name)
    no_others(head, FILE_KEYS, path.name)
    source = _source(head, contracts, path.name) if "feed" in head else None
    entries = mapping(required(head, "facts", path.name), path.name)
    return [
        _fact(code, mapping(entry, f"{path.name} {code}"), head, source, path.name) for code, entry in entries.items()
    ]


def _source(head: dict[str, Any], contracts: Contracts, place: str) -> Source | None:
    code = str(head["feed"])
    if code not in contracts.feeds:
        raise Refusal(f"没有名为“{code}”的数据项", place=place, remedy="请核对 feed")
    contract = contracts.feeds[code]
    if not contract.columns:
        return None
    interval = tuple(head.get("interval") or ("began_on", "ended_on"))
    dated_by = str(head.get("dated_by") or "period")
    keys = _keys(contract, tuple(head.get("episode") or ()))
    known = {"period", *(c.as_name for c in contract.open_columns)}
    for column in (dated_by, *(head.get("interval") or ()), *keys[1:]):
        if column not in known:
            raise Refusal(
                f"数据项 {code} 没有列“{column}”", place=place, remedy=f"可用的列：{'、'.join(sorted(known))}"
            )
    return Source(contract, dated_by, (interval[0], interval[1]), keys)


def _keys(contract: FeedContract, episode: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of one matter: a change's key, or an episode reported first as begun and then as ended."""
    subject = "person_no" if contract.grain == "person" else "division"
    if contract.kind == "changes":
        return (subject, *(k for k in contract.key if k not in {"id_number", "division"}))
    return (subject, *episode) if episode else ()


def _fact(code: str, entry: dict[str, Any], head: dict[str, Any], source: Source | None, file: str) -> Fact:
    place = f"{file} {code}"
    no_others(entry, FACT_KEYS, place)
    grain = required(entry, "grain", place)
    unit = required(entry, "unit", place)
    if grain not in GRAINS:
        raise Refusal(f"grain“{grain}”不认识", place=place, remedy=f"可用：{'、'.join(GRAINS)}")
    if unit not in UNITS:
        raise Refusal(f"单位“{unit}”不认识", place=place, remedy=f"可用：{'、'.join(UNITS)}")
    body = _body(entry, head, source, place)
    return Fact(code, required(entry, "title", place), grain, unit, _empty(entry, body, unit), body)


def _empty(entry: dict[str, Any], body: Body, unit: str) -> Value:
    """Declared, or: nothing counted is 0, nothing found is false, anything else unknown."""
    if "empty" in entry:
        declared: Value = entry["empty"]
        return declared
    function = body.aggregate if isinstance(body, FromFeed) else body.by if isinstance(body, RollUp) else ""
    if function in {"sum", "count"}:
        return 0
    return False if function == "any" and unit == "truth" else None


def _body(entry: dict[str, Any], head: dict[str, Any], source: Source | None, place: str) -> Body:
    if "pending" in entry:
        return Pending(str(entry["pending"]))
    if "derive" in entry:
        return Derived(parse(entry["derive"], place=f"{place} derive"))
    if "rolls_up" in entry:
        return _roll_up(entry, place)
    if "snapshot" in head:
        table = head["snapshot"]
        if table not in {"people", "households"}:
            raise Refusal(f"没有名为“{table}”的快照表", place=place, remedy="可用：people、households")
        return FromSnapshot(table, parse(entry.get("value"), place=f"{place} value", texts=True))
    if source is None:
        raise Refusal("没有写明来源", place=place, remedy="请写 feed、snapshot、rolls_up、derive 或 pending")
    return _from_feed(entry, source, place)


def _roll_up(entry: dict[str, Any], place: str) -> RollUp:
    by = required(entry, "by", place)
    counts = entry.get("counts", "living")
    if by not in ROLL_UPS or counts not in {"living", "everyone"}:
        raise Refusal("by 或 counts 不认识", place=place, remedy=f"by：{'、'.join(ROLL_UPS)}；counts：living、everyone")
    return RollUp(str(entry["rolls_up"]), by, counts)


def _from_feed(entry: dict[str, Any], source: Source, place: str) -> FromFeed:
    aggregate = required(entry, "aggregate", place)
    if aggregate not in AGGREGATES:
        raise Refusal(f"汇总方式“{aggregate}”不认识", place=place, remedy=f"可用：{'、'.join(AGGREGATES)}")
    of: Node | None = None
    if aggregate in {"sum", "max", "min"}:
        of = parse(required(entry, "of", place), place=f"{place} of", texts=True)
    where = parse(entry["where"], place=f"{place} where", texts=True) if "where" in entry else TRUE
    window = _window(entry.get("window", windows.ALWAYS), f"{place} window")
    on = "year" if window.name in windows.YEARS else str(entry.get("dated_by") or source.dated_by)
    return FromFeed(source, aggregate, of, where, window, on)


def _window(given: object, place: str) -> Window:
    name, length = (given, None) if isinstance(given, str) else next(iter(mapping(given, place).items()))
    if name not in windows.NAMES:
        raise Refusal(f"没有名为“{name}”的时间窗", place=place, remedy=f"可用：{'、'.join(sorted(windows.NAMES))}")
    if (name in windows.WITH_LENGTH) != (length is not None):
        raise Refusal(f"时间窗“{name}”的长度没有写对", place=place, remedy="长度写月数或参数代码；不带长度的直接写名称")
    return Window(str(name), length)
