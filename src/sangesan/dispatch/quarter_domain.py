"""The quarterly meeting's decisions: which seasons lie ahead, when a decision is late, what minutes must say. Plain Python."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, read_yaml, required

FILE = Path(__file__).with_name("seasons.yaml")
TOPICS = {
    "former": "上次决定的落实", "trends": "风险变化", "departments": "跨部门问题", "requests": "镇里没有解决的请求",
    "help": "缺措施的户", "relocation": "搬迁社区", "supervision": "督查督办", "season": "下一季重点", "other": "其他",
}  # fmt: skip
SHORTEST, LONGEST = 4, 2000
LATE, WAITING, REPORTED, DONE, GIVEN_UP = STANDS = ("late", "waiting", "reported", "done", "given_up")
STAND_TITLES = {LATE: "已超期", WAITING: "办理中", REPORTED: "已报结，待核验", DONE: "已办结", GIVEN_UP: "已撤回"}


@dataclass(frozen=True)
class Season:
    """What the county looks at in some months."""

    code: str
    title: str
    months: tuple[int, ...]
    points: tuple[str, ...]


@cache
def seasons() -> Mapping[str, Season]:
    """The seasons by code; raises Refusal where the file is broken."""
    made = {}
    for code, row in mapping(read_yaml(FILE), FILE.name).items():
        months = tuple(required(row, "months", f"{FILE.name} {code}"))
        if not months or any(month not in range(1, 13) for month in months):
            raise Refusal("月份应是 1 到 12", place=f"{FILE.name} {code}", remedy="请改正")
        made[code] = Season(code, row["title"], months, tuple(row["points"]))
    return made


def ahead(quarter: Quarter) -> list[Season]:
    """The seasons of the quarter that comes after one, in the order in which they begin there."""
    following = [month.month for month in quarter.plus(1).months()]
    found = [one for one in seasons().values() if set(one.months) & set(following)]
    return sorted(found, key=lambda one: min(following.index(m) for m in one.months if m in following))


def stand(states: Collection[str], due_on: date, today: date) -> str:
    """How a decision stands, from the states of those who were given it."""
    living = [state for state in states if state != "withdrawn"]
    if not living:
        return GIVEN_UP
    if all(state == "verified" for state in living):
        return DONE
    if all(state in {"done", "verified"} for state in living):
        return REPORTED
    return LATE if due_on < today else WAITING


def check_minutes(*, held_on: date | None, today: date, ended_on: date, place: str, chair: str, discussed: str) -> date:
    """The day of the meeting; raises Refusal for minutes that don't say when, where, who led it, what was discussed."""
    if held_on is None:
        raise Refusal("没有填开会日期", place="开会日期", remedy="请填实际开会的日期")
    if not ended_on < held_on <= today:
        raise Refusal("开会日期不对", place="开会日期", remedy=f"应在 {ended_on} 之后、不晚于 {today}")
    for text, title in ((place, "地点"), (chair, "主持人")):
        if not text.strip():
            raise Refusal(f"没有填{title}", place=title, remedy="请补上")
    if not SHORTEST <= len(discussed.strip()) <= LONGEST:
        raise Refusal(
            f"议定事项以外的情况应有 {SHORTEST} 到 {LONGEST} 字", place="会议情况", remedy="请写要点，不写户名"
        )
    return held_on


def check_decision(
    *, topic: str, title: str, words: str, owners: Sequence[object], due_on: date | None, today: date
) -> date:
    """The day by which it is to be done; raises Refusal for a decision without matter, owner or day."""
    if topic not in TOPICS:
        raise Refusal("没有选议题", place="议题", remedy="请从列出的议题中选择")
    if not SHORTEST <= len(title.strip()) <= 80:
        raise Refusal("议定事项的标题应有 4 到 80 字", place="议定事项", remedy="请写清做什么")
    if len(words.strip()) > LONGEST:
        raise Refusal(f"要求超过 {LONGEST} 字", place="要求", remedy="请写要点")
    if not owners:
        raise Refusal("没有选责任单位", place="责任单位", remedy="每件议定事项都要有责任单位")
    if due_on is None or due_on < today:
        raise Refusal("没有填办结日期，或日期已过", place="办结日期", remedy="请填今天或以后的日期")
    return due_on
