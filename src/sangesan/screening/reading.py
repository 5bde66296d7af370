"""Reads rules and exclusions from YAML; every complaint names file, field and remedy in Chinese."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.exchange.contracts import Contracts, load_contracts
from sangesan.facts.checking import parameters_of
from sangesan.facts.functions import NUMBER, TEXT, TRUTH
from sangesan.facts.kinds import kind_of
from sangesan.facts.model import FactBook
from sangesan.facts.parsing import parse
from sangesan.facts.planning import closure
from sangesan.facts.reading import load_facts
from sangesan.facts.syntax import Node, names_in
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterBook, load_parameters
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.policy.risks import RISK_TYPES
from sangesan.screening.rules import SEVERITIES, Rule

RULES = Path(__file__).parent / "rules"
EXCLUSIONS = Path(__file__).parent / "exclusions"
KEYS = {
    "code", "title", "meaning", "department", "risk_type", "severity", "source", "cycle", "grain", "subjects",
    "needs_rows", "parameters", "measure", "when", "sentence",
}  # fmt: skip
REACH = {"person": ("person", "household"), "household": ("household",), "division": ("division",)}
CYCLES = ("monthly", "quarterly", "yearly", "event")
PLACEHOLDER = re.compile(r"\{([a-z0-9_]*)\}")


@lru_cache(maxsize=8)
def load_rules(
    directory: Path = RULES,
    *,
    facts: FactBook | None = None,
    parameters: ParameterBook | None = None,
    contracts: Contracts | None = None,
) -> tuple[Rule, ...]:
    """All rules of a folder, by code. Raises Refusal for the first mistake, naming file, field and remedy."""
    return _load(directory, facts, parameters, contracts, exclusion=False)


@lru_cache(maxsize=8)
def load_exclusions(
    directory: Path = EXCLUSIONS,
    *,
    facts: FactBook | None = None,
    parameters: ParameterBook | None = None,
    contracts: Contracts | None = None,
) -> tuple[Rule, ...]:
    """All exclusions of a folder: the same shape as rules without risk type and severity; each must be explained."""
    return _load(directory, facts, parameters, contracts, exclusion=True)


def _load(
    directory: Path,
    facts: FactBook | None,
    parameters: ParameterBook | None,
    contracts: Contracts | None,
    *,
    exclusion: bool,
) -> tuple[Rule, ...]:
    contracts = contracts or load_contracts()
    reader = _Reader(facts or load_facts(), parameters or load_parameters(), contracts, exclusion=exclusion)
    rules = [reader.read(path) for path in sorted(directory.glob("*.yaml"))]
    if not rules:
        raise Refusal("没有任何规则", place=str(directory), remedy="请核对目录")
    return tuple(rules)


class _Reader:
    """Reads one file at a time against what it may name."""

    def __init__(self, facts: FactBook, parameters: ParameterBook, contracts: Contracts, *, exclusion: bool) -> None:
        self.facts = facts
        self.parameters = parameters
        self.contracts = contracts
        self.exclusion = exclusion

    def read(self, path: Path) -> Rule:
        file = path.name
        data = mapping(read_yaml(path), file)
        no_others(data, KEYS, file)
        for key in (
            "code",
            "title",
            "meaning",
            "source",
            "department",
            "cycle",
            "grain",
            "measure",
            "when",
            "sentence",
        ):
            required(data, key, f"{file} {key}")
        if data["code"] != path.stem:
            raise Refusal(f"代码“{data['code']}”与文件名不一致", place=f"{file} code", remedy=f"请写成 {path.stem}")
        self._check_choices(data, file)
        grain = data["grain"]
        when = parse(data["when"], place=f"{file} when")
        shown = _placeholders(str(data["sentence"]))
        named = dict.fromkeys([*names_in(when), data["measure"], *shown])
        own_facts = [name for name in named if name not in self.parameters]
        self._check_facts(own_facts, grain, f"{file} when")
        roles = self._roles(data, when, own_facts, file)
        self._check_kinds(when, file)
        if data["measure"] not in own_facts:
            raise Refusal("measure 应是一个事实", place=f"{file} measure", remedy="请写事实的代码")
        all_facts = closure(own_facts, self.facts)
        inner = {code for fact in all_facts for code in parameters_of(fact)}
        return Rule(
            code=data["code"], title=str(data["title"]), meaning=str(data["meaning"]),
            department=data["department"], risk_type=str(data.get("risk_type") or ""),
            severity=str(data.get("severity") or ""), source=str(data["source"]), cycle=data["cycle"], grain=grain,
            subjects=data.get("subjects", "living"), needs_rows=tuple(data.get("needs_rows") or ()), roles=roles,
            facts=tuple(sorted(own_facts)),
            parameters=tuple(sorted(inner | {n for n in named if n in self.parameters})),
            shown=tuple(sorted(own_facts)), measure=data["measure"], when=when, when_text=str(data["when"]).strip(),
            sentence=str(data["sentence"]), version=digest_bytes(path.read_bytes())[:12],
        )  # fmt: skip

    def _check_choices(self, data: dict[str, Any], file: str) -> None:
        choices: dict[str, tuple[str, ...]] = {
            "department": tuple(self.contracts.departments), "cycle": CYCLES, "grain": tuple(REACH),
            "subjects": ("living", "deceased"),
        }  # fmt: skip
        if not self.exclusion:
            choices |= {"risk_type": tuple(RISK_TYPES), "severity": SEVERITIES}
        for key, allowed in choices.items():
            value = data.get(key, "living" if key == "subjects" else None)
            if value not in allowed:
                raise Refusal(f"“{value}”不认识", place=f"{file} {key}", remedy=f"可用：{'、'.join(allowed)}")
        for feed in data.get("needs_rows") or ():
            if feed not in self.contracts.feeds:
                raise Refusal(f"没有名为“{feed}”的数据项", place=f"{file} needs_rows", remedy="请核对代码")

    def _check_facts(self, names: list[str], grain: str, place: str) -> None:
        for name in names:
            if name not in self.facts:
                raise Refusal(f"没有名为“{name}”的事实或参数", place=place, remedy="请核对代码，或先在 facts 里定义")
            if self.facts[name].grain not in REACH[grain]:
                raise Refusal(
                    f"事实“{name}”是{self.facts[name].grain}一级的，不能用在{grain}一级的规则里",
                    place=place, remedy="请先定义汇总到这一级的事实",
                )  # fmt: skip

    def _roles(self, data: dict[str, Any], when: Node, own: list[str], file: str) -> dict[str, str]:
        roles = mapping(data.get("parameters") or {}, f"{file} parameters")
        inner = {code for fact in closure(own, self.facts) for code in parameters_of(fact)}
        used = {name for name in names_in(when) if name in self.parameters}
        used_or_inner = used | inner
        for name in sorted(used - set(roles)):
            raise Refusal(f"参数“{name}”没有列出", place=f"{file} parameters", remedy="请写明参数和它的作用")
        for name in sorted(set(roles) - used_or_inner):
            what = "没有用到" if name in self.parameters else "不存在"
            raise Refusal(f"参数“{name}”{what}", place=f"{file} parameters", remedy="请核对代码或删去")
        for name in sorted(used_or_inner):
            if name not in self.parameters:
                raise Refusal(f"参数“{name}”不存在", place=f"{file} parameters", remedy="请先在参数文件里写明")
        return {name: str(role) for name, role in roles.items()}

    def _check_kinds(self, when: Node, file: str) -> None:
        kinds = {code: fact.kind for code, fact in self.facts.facts.items()}
        for code in self.parameters.codes():
            kinds[code] = TEXT if self.parameters.parameter(code).unit == "text" else NUMBER
        if kind_of(when, kinds, place=f"{file} when") not in {TRUTH, "any"}:
            raise Refusal("when 的结果不是“是否”", place=f"{file} when", remedy="请写成比较，如 事实 >= 参数")


def _placeholders(sentence: str) -> list[str]:
    return PLACEHOLDER.findall(sentence)
