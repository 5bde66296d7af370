"""The classes of defects, shared by checks and by what inspectors find. Data: defects.yaml. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("defects.yaml")


@dataclass(frozen=True)
class Defect:
    """One class of defects with its Chinese title, meaning and source."""

    code: str
    title: str
    meaning: str
    source: str


@lru_cache(maxsize=1)
def defects() -> Mapping[str, Defect]:
    """The classes by code, in the order of the file; raises Refusal where it is broken."""
    made = {}
    for code, entry in mapping(read_yaml(FILE), FILE.name).items():
        place = f"{FILE.name} {code}"
        no_others(mapping(entry, place), {"title", "meaning", "source"}, place)
        made[code] = Defect(code, *(str(required(entry, key, place)) for key in ("title", "meaning", "source")))
    return made


def defect(code: str) -> Defect:
    """One class; raises Refusal for an unknown code."""
    found = defects().get(code)
    if found is None:
        known = "、".join(f"{one.title}（{one.code}）" for one in defects().values())
        raise Refusal(f"没有“{code}”这类问题", place="问题类别", remedy=f"可用：{known}")
    return found
