"""The units that answer: towns, villages (communities with them) and departments, each under one key.

A key is what the slices above keep: "town:<code>", "village:<code>", "department:<code>".
"""

from dataclasses import dataclass

from sangesan.accounts.models import Post
from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree

KINDS = {"county": "县", "town": "镇", "village": "村（社区）", "department": "部门"}
_KIND_OF_LEVEL = {"county": "county", "town": "town", "village": "village", "community": "village"}


@dataclass(frozen=True, order=True)
class Unit:
    """A unit that answers for something. code: of the division or the department."""

    kind: str
    code: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.code}"

    @property
    def title(self) -> str:
        """高桥镇, 高桥镇双龙村, 医疗保障局; the code itself where nothing has it any more."""
        if self.kind == "department":
            known = load_contracts().departments.get(self.code)
            return known.name if known else self.code
        return tree().full_name(self.code)


def unit(key: str) -> Unit:
    """The unit of a key; Refusal where there is no such unit now."""
    kind, _, code = key.partition(":")
    if kind == "department" and code in load_contracts().departments:
        return Unit(kind, code)
    if kind in KINDS and _KIND_OF_LEVEL.get(tree().levels.get(code, "")) == kind:
        return Unit(kind, code)
    raise Refusal(f"没有“{key}”这个单位", place="责任单位", remedy="请从列出的镇、村、部门中选择")


def unit_of_division(code: str) -> Unit:
    """The unit of a county, town, village or community; Refusal for an unknown code."""
    kind = _KIND_OF_LEVEL.get(tree().levels.get(code, ""))
    if kind is None:
        raise Refusal(f"没有代码为“{code}”的镇村", place="责任单位", remedy="请从列出的镇、村中选择")
    return Unit(kind, code)


def unit_of_post(post: Post) -> Unit | None:
    """Whom a post belongs to: its town, village (a grid's too) or department; None for county, inspector, system."""
    if post.role == Post.Role.DEPARTMENT:
        return Unit("department", post.department)
    if post.role in {Post.Role.TOWN, Post.Role.VILLAGE, Post.Role.GRID}:
        return unit_of_division(post.division)
    return None


def towns() -> list[Unit]:
    """All towns, by code."""
    return sorted(Unit("town", code) for code in tree().towns())


def departments() -> list[Unit]:
    """All departments, in the order of the contracts."""
    return [Unit("department", code) for code in load_contracts().departments]
