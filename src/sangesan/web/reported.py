"""What the departments reported, as lines of a household's timeline and as source rows of a clue's evidence."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from sangesan.amendments.queries import parameter_book
from sangesan.clues.queries import CluePage
from sangesan.exchange.about_people import RowsAbout, as_view, row_place, rows_about
from sangesan.exchange.contracts import ColumnContract, load_contracts
from sangesan.exchange.models import Delivery
from sangesan.facts.evidence import EvidenceRow, fact_rows
from sangesan.facts.moment import Moment
from sangesan.facts.reading import load_facts
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.registry.queries import HouseholdPage
from sangesan.web.explaining import feeds_behind
from sangesan.web.labels import department_name, rules_by_code, titled
from sangesan.web.shown_values import shown

NEWEST_ROWS = 30
NEWEST_LINES = 20


@dataclass(frozen=True)
class Line:
    """One thing a department reported. on: its day; text: the feed with its values; who: person and department."""

    on: date
    text: str
    who: str


@dataclass(frozen=True)
class Timeline:
    """Lines newest first; departments: code, name and number of lines; chosen: the department narrowed to."""

    lines: list[Line]
    older: list[Line]
    departments: list[tuple[str, str, int]]
    chosen: str
    total: int


@dataclass(frozen=True)
class SourceRow:
    """One row of a department's file. number: as the spreadsheet shows it, with the sheet where it is not the first."""

    cells: list[str]
    file: str
    period: str
    number: str
    delivery: int


@dataclass(frozen=True)
class SourceTable:
    """The rows of one feed; more: older ones are left out."""

    department: str
    title: str
    headings: list[str]
    rows: list[SourceRow]
    more: bool


def timeline(page: HouseholdPage, department: str) -> Timeline:
    """Everything reported about a household's members and the places where it is registered and lives, by department."""
    by_department: dict[str, list[Line]] = {}
    for code, line in _lines(page):
        by_department.setdefault(code, []).append(line)
    chosen = department if department in by_department else ""
    every = [line for code, lines in by_department.items() if chosen in {"", code} for line in lines]
    every.sort(key=lambda line: line.on, reverse=True)
    departments = [(code, department_name(code), len(lines)) for code, lines in by_department.items()]
    total = sum(number for _code, _name, number in departments)
    return Timeline(every[:NEWEST_LINES], every[NEWEST_LINES:], departments, chosen, total)


def _lines(page: HouseholdPage) -> Iterator[tuple[str, Line]]:
    """Department and line, feed by feed."""
    names = {m.person.pk: m.person.name for m in page.members}
    places = {page.household.village, page.household.residence}
    for found in rows_about(people=names, divisions=places):
        for row in found.rows.to_pylist():
            day, dated_by = _day(found, row)
            filled = (c for c in found.feed.open_columns if c is not dated_by and row[c.as_name] is not None)
            values = _("，").join(f"{titled(c.heading)} {_shown(c, row[c.as_name])}" for c in filled)
            who = [names.get(row.get("person_no"), ""), department_name(found.feed.department)]
            title = titled(found.feed.title)
            text = _("%(title)s：%(values)s") % {"title": title, "values": values} if values else title
            yield found.feed.department, Line(day, text, " · ".join(w for w in who if w))


def source_tables(page: CluePage, evidence_id: int, members: Collection[int]) -> list[SourceTable]:
    """The rows behind one piece of evidence, by figure; raises Refusal where the clue has no such evidence."""
    evidence = next((e for e in page.evidence if e.pk == evidence_id), None)
    rule = rules_by_code().get(evidence.rule) if evidence else None
    if evidence is None or rule is None:
        raise Refusal("没有这条依据", remedy="请刷新线索页面")
    facts, moment = load_facts(), Moment(evidence.run.as_of, parameter_book(evidence.run.known_at))
    people = [evidence.person] if evidence.person and rule.grain == "person" else list(members)
    division = page.clue.division
    found = rows_about(
        people=members, divisions=[division], feeds=feeds_behind(rule, facts), known_at=evidence.run.known_at
    )
    deliveries = {f.delivery.pk: f.delivery for f in found}
    rows: list[EvidenceRow] = []
    with duckdb.connect() as con:
        for feed in feeds_behind(rule, facts):
            con.register(f"feed_{feed}", as_view(load_contracts().feed(feed), found))
        for code in rule.facts:
            grain = facts[code].grain
            subjects = people if grain == "person" else list(members)
            rows += fact_rows(con, code, moment=moment, book=facts, people=subjects, division=division)
    by_fact: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        kept = by_fact.setdefault(row.fact, [])
        if row not in kept:
            kept.append(row)
    return [_table(facts[code].title, kept, deliveries) for code, kept in by_fact.items()]


def _table(title: str, rows: list[EvidenceRow], deliveries: Mapping[int, Delivery]) -> SourceTable:
    feed = load_contracts().feed(rows[0].feed)
    columns = [c for c in feed.open_columns if c.as_name in rows[0].columns]
    newest = sorted(rows, key=lambda row: (row.delivery, row.row_no), reverse=True)[:NEWEST_ROWS]
    found = []
    for row in newest:
        sheet, number = row_place(row.row_no)
        cells = [_shown(column, row.columns[column.as_name]) for column in columns]
        place = str(number) if sheet == 1 else f"{sheet}-{number}"
        delivery = deliveries[row.delivery]
        found.append(SourceRow(cells, delivery.file_name, f"{delivery.period:%Y-%m}", place, row.delivery))
    headings = [column.heading for column in columns]
    name = _("%(title)s（%(feed)s）") % {"title": titled(title), "feed": titled(feed.title)}
    return SourceTable(department_name(feed.department), name, headings, found, len(rows) > NEWEST_ROWS)


def _day(found: RowsAbout, row: dict[str, Any]) -> tuple[date, ColumnContract | None]:
    """The first date that the row carries, and its column; the delivery's month where it carries none."""
    for column in found.feed.open_columns:
        value = row[column.as_name]
        if column.type == "date" and isinstance(value, date):
            return value, column
    return found.delivery.period, None


def _shown(column: ColumnContract, value: Any) -> str:
    if value is None:
        return ""
    if column.type == "money":
        return shown(value, "fen")
    if column.type == "bool":
        return shown(value, "truth")
    if column.type == "code":
        return titled(value)
    return tree().full_name(value) if column.type == "division" else str(value)
