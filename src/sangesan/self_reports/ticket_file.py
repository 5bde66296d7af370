"""The upper platform's list (or a hotline's) as a file: every cell checked first, then taken whole or not at all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.exchange.reading.container import open_tables
from sangesan.exchange.reading.raw import Sheet
from sangesan.kernel.dates import parse_date
from sangesan.kernel.identity_number import clean, parse
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import tree
from sangesan.self_reports.domain import SHORTEST_WORDS
from sangesan.self_reports.models import Ticket
from sangesan.self_reports.supervised import ACT, GivenTicket, Kind, keep_ticket

# heading -> other words under which it is met
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "编号": ("序号编号", "工单编号", "信访编号", "线索编号", "预警编号"),
    "户主姓名": ("姓名", "户主", "反映人"),
    "证件号码": ("身份证号", "户主证件号码", "身份证号码"),
    "联系电话": ("电话", "手机号"),
    "行政村": ("村", "村名", "所在村", "村（社区）"),
    "风险类型": ("致贫返贫风险", "疑似风险", "困难类型"),
    "情况": ("反映情况", "线索内容", "预警内容", "诉求"),
    "收到日期": ("下发日期", "受理日期", "登记日期"),
    "答复时限": ("办结期限", "反馈时限", "截止日期"),
}
NEEDED = ("编号", "户主姓名", "行政村", "情况")
MOST_NAMED = 5  # mistakes in one refusal
MOST_ROWS = 5000
OTHER = "99"


@dataclass(frozen=True)
class Taken:
    """What an import did: rows read, tickets new, attached to a household at once, known before."""

    rows: int
    new: int
    attached: int
    known: int


def take_tickets(*, post: Post, kind: str, data: bytes, filename: str, today: date, now: datetime) -> Taken:
    """Takes a list in, whole or not at all; numbers known before are passed over, so that the same file may come again.

    Raises Refusal naming sheet, row and column of the first mistakes and how many there are.
    """
    require(post, ACT)
    if kind not in Kind.values:
        raise Refusal("没有选来件渠道", place="导入", remedy="请选这张表是从哪里来的")
    given = _checked(data, filename, kind, today)
    held = set(Ticket.objects.filter(kind=kind).values_list("number", flat=True))
    fresh = list({row.number: row for row in given if row.number not in held}.values())
    with acting(post, ACT, on="list:tickets", reason=filename[:100]) as act, transaction.atomic():
        made = []
        for row in fresh:
            try:
                made.append(keep_ticket(post=post, given=row, today=today, now=now))
            except Refusal as refusal:
                raise refusal.at(f"{filename} 第{row.row_no}行") from None
        attached = sum(1 for ticket in made if ticket.household_id)
        act.detail = {"rows": len(given), "new": len(made), "attached": attached}
    return Taken(len(given), len(made), attached, len(given) - len(made))


def _checked(data: bytes, filename: str, kind: str, today: date) -> list[GivenTicket]:
    villages, wrong, rows = _Villages(), [], []
    for sheet, number, cells in _read(data, filename):
        row = _Row(f"工作表“{sheet}”第{number}行", cells)
        made = row.ticket(kind, villages, today, filename, number)
        wrong += row.wrong
        if made is not None:
            rows.append(made)
    if wrong:
        more = f"；共{len(wrong)}处" if len(wrong) > MOST_NAMED else ""
        raise Refusal("；".join(wrong[:MOST_NAMED]) + more, place=filename, remedy="整张表没有收。请在原表改好后再传")
    if not rows:
        raise Refusal("只有表头，没有数据行", place=filename, remedy="请检查导出条件后重新上传")
    return rows


class _Villages:
    """Villages by full name, by own name where only one is called so, and by code."""

    def __init__(self) -> None:
        places = tree()
        self._codes: dict[str, str] = {}
        doubled: set[str] = set()
        for code, level in places.levels.items():
            if level not in {"village", "community"}:
                continue
            name = places.names[code]
            doubled |= {name} & set(self._codes)
            self._codes |= {name: code, places.full_name(code): code, code: code}
        for name in doubled:
            del self._codes[name]
        self._doubled = doubled

    def find(self, text: str) -> str | None:
        """The code of a village as written, white space apart."""
        return self._codes.get("".join(text.split()))

    def why(self, text: str) -> str:
        return "有几个村叫这个名字，请写成镇名加村名" if text in self._doubled else "没有这个村（社区）"


class _Row:
    """One row being read; `wrong` gathers what is not in order, with its column."""

    def __init__(self, place: str, cells: Mapping[str, str]) -> None:
        self.place, self.cells, self.wrong = place, cells, list[str]()

    def ticket(self, kind: str, villages: _Villages, today: date, filename: str, number: int) -> GivenTicket | None:
        """The row as a ticket; None where something is wrong."""
        for column in NEEDED:
            if not self.cells.get(column):
                self._bad(column, "是空的")
        place = villages.find(self.cells.get("行政村", "")) or ""
        if self.cells.get("行政村") and not place:
            self._bad("行政村", f"“{self.cells['行政村']}”：{villages.why(self.cells['行政村'])}")
        if self.cells.get("情况") and len(self.cells["情况"]) < SHORTEST_WORDS:
            self._bad("情况", "太短，看不出反映什么")
        received, due = self._day("收到日期"), self._day("答复时限")
        if received and received > today:
            self._bad("收到日期", "晚于今天")
        if due and due < (received or today):
            self._bad("答复时限", "早于收到日期")
        identity, risk = self._identity(), self._risk()
        if self.wrong:
            return None
        return GivenTicket(
            kind=kind,
            number=self.cells["编号"][:60],
            head_name=self.cells["户主姓名"],
            identity=identity,
            phone=self.cells.get("联系电话", ""),
            place=place,
            risk=risk,
            words=self.cells["情况"],
            received_on=received or today,
            due_on=due,
            file_name=filename,
            row_no=number,
        )

    def _bad(self, column: str, what: str) -> None:
        self.wrong.append(f"{self.place}“{column}”列{what}")

    def _day(self, column: str) -> date | None:
        text = self.cells.get(column, "")
        if not text:
            return None
        try:
            return parse_date(text)
        except Refusal as refusal:
            self._bad(column, refusal.message)
            return None

    def _identity(self) -> str:
        text = clean(self.cells.get("证件号码", ""))
        if not text:
            return ""
        try:
            return parse(text).text
        except Refusal as refusal:
            self._bad("证件号码", refusal.message)
            return ""

    def _risk(self) -> str:
        text = self.cells.get("风险类型", "")
        if not text:
            return OTHER
        by_title = {title: code for code, title in RISK_TYPES.items()}
        found = text if text in RISK_TYPES else by_title.get(text, "")
        if not found:
            self._bad("风险类型", f"“{text}”不认识，可写：{'、'.join(list(by_title)[:4])}等")
        return found


def _read(data: bytes, filename: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    """(sheet, row number, cells by our heading) of the first sheet that has the headings; raises Refusal."""
    for sheet in open_tables(data, filename).sheets:
        for at, row in enumerate(sheet.head):
            places = _places([str(cell or "") for cell in row])
            if set(NEEDED) <= set(places):
                yield from _cells(sheet, at + 1, places, len(row))
                return
    raise Refusal("没有找到需要的列", place=filename, remedy=f"首行应有“{'”“'.join(NEEDED)}”等列，顺序不限")


def _cells(
    sheet: Sheet, after: int, places: Mapping[str, int], width: int
) -> Iterator[tuple[str, int, dict[str, str]]]:
    body = sheet.body(after, list(places.values()), width)
    if len(body.rows) > MOST_ROWS:
        raise Refusal(f"有{len(body.rows)}行", place=sheet.name, remedy=f"一次不超过{MOST_ROWS}行，请分几份")
    if body.ragged:
        one = body.ragged[0]
        raise Refusal(
            f"有{one.found}格，表头有{one.expected}格",
            place=f"工作表“{sheet.name}”第{one.row}行",
            remedy="请核对这一行",
        )
    texts = {heading: body.columns[at].as_text().to_pylist() for heading, at in places.items()}
    for n, number in enumerate(body.rows.tolist()):
        cells = {heading: (column[n] or "").strip() for heading, column in texts.items()}
        if any(cells.values()):
            yield sheet.name, int(number), cells


def _places(headings: Sequence[str]) -> dict[str, int]:
    plain = [re.sub(r"[\s*]+", "", heading) for heading in headings]
    found: dict[str, int] = {}
    for name, others in COLUMNS.items():
        for at, heading in enumerate(plain):
            if heading in {name, *others} and at not in found.values():
                found[name] = at
                break
    return found
