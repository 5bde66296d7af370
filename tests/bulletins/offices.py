"""Seats and people for document tests: two heads of offices, and a document on its way."""

from datetime import date
from typing import Any

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.bulletins.actions import draft, issue, sign
from sangesan.bulletins.models import Document
from sangesan.documents.form import Heading, Paragraphs, Part, Table
from sangesan.leadership.actions import take_seat
from web.small_county import DAY, NOW, PASSWORD, SmallCounty

BEGIN = date(2022, 1, 1)
PARTS: list[Part] = [
    Paragraphs(["现将督查情况通报如下："]),
    Heading("一、督查发现的问题"),
    Paragraphs(["东河镇双柳村：无安全饮水巡查记录。"]),
    Table(["序号", "问题"], [["1", "无安全饮水巡查记录"]], [1, 4]),
]


def a_post(role: str, title: str, **place: str) -> Post:
    """A new account with one post."""
    name = f"u{abs(hash(title)) % 10**9}"
    post = Post(role=role, title=title, valid_from=date(2021, 1, 1), **place)
    return open_account(username=name, name=title, password=PASSWORD, posts=[post]).posts.get()


def seat(county: SmallCounty, code: str, holder: Post, scope: str = "") -> None:
    """The post takes a seat from the beginning of the year."""
    take_seat(
        post=county.posts["county"],
        seat=code,
        scope=scope,
        holder=holder,
        from_day=BEGIN,
        document="县委〔2022〕1号",
        now=NOW,
    )


def heads(county: SmallCounty) -> tuple[Post, Post]:
    """The heads of the two offices."""
    style, execution = a_post("inspector", "作风办主任"), a_post("inspector", "狠抓落实办主任")
    seat(county, "style_office_head", style)
    seat(county, "execution_office_head", execution)
    return style, execution


def drafted(county: SmallCounty, origin: str = "test:1", **more: Any) -> Document:
    """A draft of the inspectors'."""
    given: dict[str, Any] = {"series": "inspection_bulletin", "title": "关于督查情况的通报", "parts": PARTS} | more
    return draft(post=county.posts["inspector"], origin=origin, now=NOW, today=DAY, **given)


def issued(county: SmallCounty, signers: tuple[Post, Post], origin: str = "test:1", **more: Any) -> Document:
    """Drafted, signed by both, issued."""
    document = drafted(county, origin, **more)
    for post in signers:
        document = sign(post=post, document=document, now=NOW, today=DAY)
    return issue(post=county.posts["inspector"], document=document, now=NOW, today=DAY)
