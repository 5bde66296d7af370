"""The step of the demonstration that writes all histories, and the cases under way: one transaction, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case
from sangesan.demo.facts_of_county import load_facts
from sangesan.demo.histories.book import TABLES, Book
from sangesan.demo.histories.comparisons import hits_of
from sangesan.demo.histories.flaws import twins_of, write_flaws, write_further_flaws
from sangesan.demo.histories.gatherings import Gatherings
from sangesan.demo.histories.homes import Home, monitored_homes
from sangesan.demo.histories.incomes import forget_lines
from sangesan.demo.histories.live import make_live_cases
from sangesan.demo.histories.pasts import Past, Writer
from sangesan.demo.histories.pictures import Album, keep_pictures
from sangesan.demo.histories.roster import load_roster
from sangesan.demo.histories.words import Dice, words

UNDER_WAY_SHARE, STAGES = 60 / 830, 5
NONE_LANDED_SHARE = 14 / 830
OBSERVED_DAYS = 200

Progress = Callable[[int, int, str], None]


def write_histories(*, today: date, now: datetime, progress: Progress) -> None:
    """A history for every household in the register's monitoring; nothing where it has been done before."""
    if Case.objects.exists():
        progress(1, 1, "已有")
        return
    forget_lines()
    pictures = keep_pictures(now)
    with transaction.atomic(), acting(system_post(), "cases.open", on="list:histories", reason="演示县的办理经过") as act:
        pasts = _pasts(monitored_homes(), today)
        book = Book(load_roster(today), Album(pictures), today, numbers_of([p.home for p in pasts]))
        written = _write(book, pasts, progress)
        under_way = make_live_cases(book.roster, today, progress)
        act.detail = {"cases": len(pasts), "rows": written, "under_way": under_way}
    progress(len(pasts), len(pasts), f"{len(pasts):,} 户，{written:,} 行，在办 {under_way} 件")


def _write(book: Book, pasts: Sequence[Past], progress: Progress) -> int:
    gatherings = Gatherings(book, _phone)
    writer = Writer(book, gatherings, hits_of([m.person for p in pasts for m in p.home.members]))
    for n, past in enumerate(pasts):
        if n % 100 == 0:
            progress(n, len(pasts) + 1, "监测对象的办理经过")
        writer.write(past)
    gatherings.write_minutes()
    write_flaws(book, pasts, twins_of(pasts))
    progress(len(pasts), len(pasts) + 1, "写入")
    written = sum(book.tables[model].insert() for model in TABLES) + book.album.rows.insert()
    return written + write_further_flaws(book.today)


def numbers_of(homes: Sequence[Home]) -> dict[date, str]:
    """The joint meetings that decided on somebody, each with its document's number of the year."""
    days = {h.enrolled_on for h in homes} | {h.eliminated_on for h in homes if h.eliminated_on}
    numbers, count = {}, dict.fromkeys((day.year for day in days), 0)
    for day in sorted(days):
        count[day.year] += 1
        numbers[day] = f"{words()['document_prefix']}〔{day.year}〕{count[day.year]}号"
    return numbers


def _pasts(homes: Sequence[Home], today: date) -> list[Past]:
    """Which open households are on the way out, which have got nothing yet, which wait for being announced."""
    still = [h for h in homes if h.eliminated_on is None]
    observed = [
        h for h in still
        if (today - h.enrolled_on).days >= OBSERVED_DAYS and h.national_number and h.labour(today) > 0
    ]  # fmt: skip
    leaving = _drawn(observed, round(len(still) * UNDER_WAY_SHARE), "under way")
    stages = {h.household.pk: n % STAGES for n, h in enumerate(leaving)}
    rest = [h for h in still if h.household.pk not in stages and (today - h.enrolled_on).days > 30]
    waiting = {h.household.pk for h in _drawn(rest, max(1, round(len(still) * NONE_LANDED_SHARE)), "nothing yet")}
    return [
        Past(
            h,
            under_way=stages.get(h.household.pk),
            none_landed=h.household.pk in waiting or (today - h.enrolled_on).days < 7,
            announced_only=_announced_only(h, today),
        )
        for h in homes
    ]


def _announced_only(home: Home, today: date) -> bool:
    """Of the newest decisions about half have not been announced yet."""
    newest = home.eliminated_on or home.enrolled_on
    return today - newest < timedelta(days=7) and Dice("announced", home.household.code).chance(0.5)


def _drawn(homes: Sequence[Home], count: int, subject: str) -> list[Home]:
    """So many of them, in an order of chance."""
    return sorted(homes, key=lambda h: Dice(subject, h.household.code).share())[:count]


def _phone(dice: Dice) -> str:
    """A number that is nobody's."""
    prefix = _prefix()
    return prefix + "".join(str(dice.between(0, 9)) for _ in range(11 - len(prefix)))


@lru_cache(maxsize=1)
def _prefix() -> str:
    return str(load_facts().raw["phone_prefix"])
