"""The kinds of the county's tasks, read from kinds.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

SHIPPED = Path(__file__).with_name("kinds.yaml")
KEYS = {"title", "unit_word", "owners", "source"}
OWNERS = {"town", "village", "department"}


@dataclass(frozen=True)
class Kind:
    """One kind. unit_word: in what it is counted; owners: kinds of units that may answer for it."""

    code: str
    title: str
    unit_word: str
    owners: frozenset[str]
    source: str


@lru_cache(maxsize=4)
def project_kinds(path: Path = SHIPPED) -> Mapping[str, Kind]:
    """The kinds by code, in the order of the file; raises Refusal where the file is broken."""
    found = {}
    for code, raw in mapping(read_yaml(path), path.name).items():
        place = f"{path.name} {code}"
        entry = mapping(raw, place)
        no_others(entry, KEYS, place)
        owners = frozenset(required(entry, "owners", place))
        if not owners or owners - OWNERS:
            raise Refusal("owners 不认识", place=place, remedy=f"可用：{'、'.join(sorted(OWNERS))}")
        title, word, source = (str(required(entry, key, place)) for key in ("title", "unit_word", "source"))
        found[code] = Kind(code, title, word, owners, source)
    return found


def project_kind(code: str) -> Kind:
    """The kind of a code; raises Refusal."""
    found = project_kinds().get(code)
    if found is None:
        raise Refusal(f"没有“{code}”这类重点工作", place="类别", remedy="请从列出的类别中选择")
    return found
