"""Print links for a record, as the partial web/papers/offers.html shows them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from sangesan.cases.papers.context import About
from sangesan.cases.papers.offering import Offered, offered

FORMATS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}


@dataclass(frozen=True)
class Link:
    """One file to be had. name: of its kind, alike in every language."""

    name: str
    address: str


@dataclass(frozen=True)
class Offer:
    """One form with its files. title: Chinese, shown by `titled`; place: a town's name where it has one part a town."""

    title: str
    place: str
    links: list[Link]


def offers(about: About, subject: int) -> list[Offer]:
    """What can be printed of a case, meeting, notice or place (its code as a number)."""
    return [Offer(one.form.title, one.place_name, _links(one, subject)) for one in offered(about, subject)]


def _links(one: Offered, subject: int) -> list[Link]:
    query = f"?{urlencode({'place': one.place})}" if one.place else ""
    return [
        Link(FORMATS[kind], reverse("paper", args=[one.form.code, subject, kind]) + query) for kind in one.form.formats
    ]
