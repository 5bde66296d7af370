"""What every paper is made with besides its record, and what a form is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sangesan.accounts.models import Post
from sangesan.documents.form import Paper
from sangesan.regions.queries import Tree

About = Literal["case", "meeting", "notice", "place"]


@dataclass(frozen=True)
class Context:
    """today: the county's day; county: its name; tree: the divisions that hold today."""

    today: date
    county: str
    tree: Tree

    def committee(self, village: str) -> str:
        """Who puts up a village's notice: 双柳村村民委员会, 新居社区居民委员会."""
        name = self.tree.names.get(village, "")
        return f"{name}{'居民' if self.tree.levels.get(village) == 'community' else '村民'}委员会"

    def government(self, town: str) -> str:
        """东河镇人民政府."""
        return f"{self.tree.names.get(town, '')}人民政府"

    @property
    def county_office(self) -> str:
        """Who decides for the county; its own name for it is data of the county (INF), the task force is what the article says."""
        return f"{self.county}防返贫监测帮扶工作专班"


@dataclass(frozen=True)
class Asked:
    """Which paper somebody wants: of which record, or of which place and days. place: a town, where a paper has parts."""

    post: Post
    subject: int
    today: date
    place: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Listing:
    """A list as .xlsx. widths: of the columns in characters."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Form:
    """One form. mark: its letters in the code on the paper; load: the record, for whoever reaches it, else NotAllowed.

    public: the produced file is scanned before it leaves; phones: of the office, which such a file may carry.
    personal: it shows full identity numbers and phones, which the audit names. meetings: kinds it is for; empty: any.
    """

    code: str
    title: str
    about: About
    load: Callable[[Asked], Any]
    mark: str = ""
    build: Callable[[Any, Context], Paper] | None = None
    listing: Callable[[Any, Context], Listing] | None = None
    public: bool = False
    phones: Callable[[Any], Sequence[str]] = lambda _: ()
    personal: Callable[[Any], Sequence[int]] = lambda _: ()
    meetings: frozenset[str] = frozenset()

    @property
    def formats(self) -> tuple[str, ...]:
        """What it can be had as."""
        return (*(("pdf", "docx") if self.build else ()), *(("xlsx",) if self.listing else ()))


Forms = Mapping[str, Form]
