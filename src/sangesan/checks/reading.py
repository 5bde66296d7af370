"""Reads checks from YAML; every complaint names file, field and remedy. The expression parser is that of the facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sangesan.checks.defects import Defect, defect, defects
from sangesan.checks.vocabulary import Grain, vocabulary
from sangesan.facts.checking import TODAY
from sangesan.facts.functions import DAY, NUMBER, TEXT, TRUTH
from sangesan.facts.kinds import kind_of
from sangesan.facts.parsing import parse
from sangesan.facts.syntax import Node, names_in
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import DEFAULT_SOURCE, ParameterBook, load_parameters
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FOLDER = Path(__file__).with_name("definitions")
KEYS = {"code", "title", "defect", "meaning", "source", "grain", "parameters", "records", "when", "sentence"}
PLACEHOLDER = re.compile(r"\{([a-z0-9_]*)\}")


@dataclass(frozen=True)
class Check:
    """One check as read. facts: those it names, in `when` and in the sentence; roles: parameter -> what it does here;
    records: kinds of rows that are shown as its proof; version: of the file.
    """

    code: str
    title: str
    defect: Defect
    meaning: str
    source: str
    grain: Grain
    roles: Mapping[str, str]
    records: tuple[str, ...]
    facts: tuple[str, ...]
    when: Node
    when_text: str
    sentence: str
    version: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.roles)

    @property
    def is_default(self) -> bool:
        """True where no source but our own proposal stands behind it."""
        return self.source == DEFAULT_SOURCE


@lru_cache(maxsize=4)
def load_checks(folder: Path = FOLDER) -> Mapping[str, Check]:
    """All checks of a folder by code, in the order of the classes; raises Refusal for the first mistake."""
    made = [_read(path, load_parameters()) for path in sorted(folder.glob("*.yaml"))]
    if not made:
        raise Refusal("没有任何核查规则", place=str(folder), remedy="请核对目录")
    order = list(defects())
    return {one.code: one for one in sorted(made, key=lambda one: (order.index(one.defect.code), one.code))}


def check(code: str) -> Check:
    """One check; raises Refusal for an unknown code."""
    found = load_checks().get(code)
    if found is None:
        raise Refusal(f"没有编号为“{code}”的核查规则", place="核查规则", remedy="请从“核查规则”列表进入")
    return found


def _read(path: Path, book: ParameterBook) -> Check:
    file = path.name
    data = mapping(read_yaml(path), file)
    no_others(data, KEYS, file)
    for key in sorted(KEYS - {"parameters"}):
        required(data, key, f"{file} {key}")
    if data["code"] != path.stem:
        raise Refusal(f"代码“{data['code']}”与文件名不一致", place=f"{file} code", remedy=f"请写成 {path.stem}")
    grain = vocabulary().grains.get(data["grain"])
    if grain is None:
        known = "、".join(vocabulary().grains)
        raise Refusal(f"没有“{data['grain']}”这种核查对象", place=f"{file} grain", remedy=f"可用：{known}")
    when = parse(data["when"], place=f"{file} when")
    roles = {name: str(role) for name, role in mapping(data.get("parameters") or {}, f"{file} parameters").items()}
    named = dict.fromkeys([*names_in(when), *PLACEHOLDER.findall(str(data["sentence"]))])
    _check_names(set(names_in(when)), set(named), roles, grain, book, file)
    _check_kind(when, grain, roles, book, file)
    return Check(
        code=data["code"], title=str(data["title"]), defect=_defect(data["defect"], file),
        meaning=str(data["meaning"]), source=str(data["source"]), grain=grain, roles=roles,
        records=tuple(data["records"]), facts=tuple(n for n in named if n in grain.facts), when=when,
        when_text=str(data["when"]).strip(), sentence=str(data["sentence"]),
        version=digest_bytes(path.read_bytes())[:12],
    )  # fmt: skip


def _defect(code: str, file: str) -> Defect:
    try:
        return defect(code)
    except Refusal as refusal:
        raise refusal.at(f"{file} defect") from None


def _check_names(
    tested: set[str], named: set[str], roles: Mapping[str, str], grain: Grain, book: ParameterBook, file: str
) -> None:
    for name in sorted(named - set(grain.facts) - {TODAY}):
        if name not in book:
            raise Refusal(
                f"{grain.title}没有名为“{name}”的事实，也没有这个参数", place=f"{file} when", remedy="请核对代码"
            )
        if name not in roles:
            raise Refusal(f"参数“{name}”没有列出", place=f"{file} parameters", remedy="请写明参数和它的作用")
    for name in sorted(set(roles) - named):
        raise Refusal(f"参数“{name}”没有用到", place=f"{file} parameters", remedy="请核对代码或删去")
    if not tested & set(grain.facts):
        raise Refusal("条件里没有任何事实", place=f"{file} when", remedy="请写明看什么")


def _check_kind(when: Node, grain: Grain, roles: Mapping[str, str], book: ParameterBook, file: str) -> None:
    kinds = {code: fact.kind for code, fact in grain.facts.items()} | {TODAY: DAY}
    kinds |= {code: TEXT if book.parameter(code).unit == "text" else NUMBER for code in roles}
    if kind_of(when, kinds, place=f"{file} when") not in {TRUTH, "any"}:
        raise Refusal("when 的结果不是“是否”", place=f"{file} when", remedy="请写成比较，如 事实 >= 参数")
