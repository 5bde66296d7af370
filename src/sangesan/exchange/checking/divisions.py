"""Villages and communities by code or by name. A village's name alone is no key: 16 towns have a 街道社区."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyarrow as pa

from sangesan.exchange.checking.outcome import Outcome, by_distinct, distinct_numbers, overlay, plain
from sangesan.exchange.reading.raw import RawColumn, number_text
from sangesan.kernel.refusal import Refusal

VILLAGE_LEVELS = frozenset({"village", "community"})
_CODE = re.compile(r"[0-9]{12}")
_SUFFIX = re.compile(r"(?:村民委员会|居民委员会|村委会|居委会)$")


class Directory:
    """Names and codes of one county's divisions. rows: (code, name, level, parent code)."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        self.rows = {code: (name, level, parent) for code, name, level, parent in rows}
        self._by_name: dict[str, set[str]] = {}
        self._children: dict[str, list[str]] = {}
        for code, (name, level, parent) in self.rows.items():
            self._children.setdefault(parent, []).append(code)
            if level in VILLAGE_LEVELS:
                for spelling in self._spellings(name, parent):
                    self._by_name.setdefault(spelling, set()).add(code)

    def _spellings(self, name: str, parent: str) -> set[str]:
        """Village; town + village; county + town + village; each also without its last 村 or 社区."""
        town, _, county = self.rows.get(parent, ("", "", ""))
        upper = self.rows.get(county, ("", "", ""))[0]
        names = {name, town + name, upper + town + name, upper + name}
        short = re.sub(r"(?:社区|村)$", "", name)
        if len(short) > 1:
            names |= {town + short, upper + town + short}
        return names

    def full_name(self, code: str) -> str:
        """Town and village: 高桥镇双龙村."""
        name, _, parent = self.rows[code]
        return self.rows.get(parent, ("", "", ""))[0] + name

    def resolve(self, text: str) -> str:
        """The 12-digit code of a village or community. Raises a Refusal, with candidates where ambiguous."""
        word = re.sub(r"[\s\-/,、·]+", "", plain(text))
        if _CODE.fullmatch(word):
            if word in self.rows and self.rows[word][1] in VILLAGE_LEVELS:
                return word
            raise Refusal(f"区划代码“{word}”不是本县的村（社区）", remedy="核对 12 位区划代码")
        found = self._find(word)
        if len(found) == 1:
            return next(iter(found))
        if found:
            names = "、".join(self.full_name(code) for code in sorted(found)[:4])
            raise Refusal(f"“{text}”有 {len(found)} 个（{names} 等）", remedy="写明镇名，或填 12 位区划代码")
        raise Refusal(f"没有名为“{text}”的村（社区）", remedy="写成“镇名+村名”，或填 12 位区划代码")

    def _find(self, word: str) -> set[str]:
        for candidate in (word, _SUFFIX.sub("村", word), _SUFFIX.sub("社区", word), _SUFFIX.sub("", word)):
            if candidate in self._by_name:
                return self._by_name[candidate]
        cut = re.sub(r"^.*?(?:省|自治区)?(?:[^省市]{2,6}市)", "", word)
        return self._by_name.get(cut, set()) if cut != word else set()

    def below(self, code: str) -> list[str]:
        """The villages and communities of a town or of the county; the code itself where it is one."""
        if code not in self.rows:
            return []
        if self.rows[code][1] in VILLAGE_LEVELS:
            return [code]
        return [v for child in self._children.get(code, ()) for v in self.below(child)]


def check_division(column: RawColumn, directory: Directory) -> Outcome:
    """12-digit codes from names, codes, or codes kept as numbers (12 digits survive in Excel)."""
    texts = by_distinct(column.text, directory.resolve, pa.string())
    if column.numbers is None:
        return texts
    numbers = distinct_numbers(column, lambda n: directory.resolve(number_text(n)), pa.string())
    return Outcome(overlay(texts.values, column.is_number(), numbers.values), texts.bad | numbers.bad)


def lenient_divisions(column: RawColumn, directory: Directory) -> pa.Array:
    """As `check_division`, with null for what can't be told: the identity column 村 refuses nothing."""
    return check_division(column, directory).values
