"""Projects from a spreadsheet: every cell checked first, then taken whole or not at all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.exchange.reading.listed import listed_rows
from sangesan.kernel.dates import parse_date
from sangesan.kernel.money import parse_fen
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import Unit, departments, towns
from sangesan.projects.domain import Milestone
from sangesan.projects.kinds import project_kinds
from sangesan.projects.models import Project
from sangesan.projects.planning import ACT, Given, keep_project
from sangesan.regions.queries import tree

# heading -> other words under which it is met
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "编号": ("项目编号", "序号"),
    "类别": ("项目类别", "类型"),
    "名称": ("项目名称", "任务名称"),
    "责任单位": ("牵头单位", "实施单位", "责任镇"),
    "地点": ("建设地点", "实施地点"),
    "计划开工": ("开工日期", "开始日期"),
    "计划完工": ("完工日期", "完成日期", "完成时限"),
    "任务数量": ("数量", "户数", "建设规模"),
    "单位": ("计量单位",),
    "计划资金（元）": ("计划资金", "总投资", "资金"),
    "节点": ("计划节点", "时间节点"),
    "依据": ("文件依据", "文号"),
}
NEEDED = ("编号", "类别", "名称", "责任单位", "计划开工", "计划完工", "任务数量", "依据")
EXAMPLE = [
    "WF-2022-01", "危房改造", "高桥镇危房改造", "高桥镇", "", "2022-03-01", "2022-10-31", "46", "户", "1380000",
    "开工 2022-03-31 10%；主体完工 2022-08-31 70%；验收 2022-10-20 95%", "县政办〔2022〕8号",
]  # fmt: skip
MILESTONE = re.compile(
    r"(?P<title>.+?)[\s，,]+(?P<day>[0-9][0-9年月日./-]{5,11})[\s，,]+(?P<percent>[0-9]{1,3})\s*[%％]?"
)
MOST_NAMED, MOST_ROWS = 5, 2000


@dataclass(frozen=True)
class Taken:
    """What an import did: rows read, projects new, known before and passed over."""

    rows: int
    new: int
    known: int


def take_projects(*, post: Post, data: bytes, filename: str, today: date, now: datetime) -> Taken:
    """Takes a list in, whole or not at all; projects known by their number are passed over, so that it may come again.

    Raises Refusal naming sheet, row and column of the first mistakes and how many there are.
    """
    require(post, ACT)
    rows = _checked(data, filename)
    held = set(
        Project.objects.filter(reference__in=[given.reference for _, given in rows]).values_list("reference", flat=True)
    )
    with acting(post, ACT, on="list:projects", reason=filename[:100]) as act, transaction.atomic():
        made: list[int] = []
        for where, given in rows:
            if given.reference in held:
                continue
            held.add(given.reference)
            one = uuid5(NAMESPACE_URL, f"sangesan:project:{given.reference}")
            try:
                made.append(keep_project(post=post, given=given, submission=one, today=today, now=now).pk)
            except Refusal as refusal:
                raise refusal.at(where) from None
        act.detail = {"rows": len(rows), "new": len(made)}
    return Taken(len(rows), len(made), len(rows) - len(made))


def _checked(data: bytes, filename: str) -> list[tuple[str, Given]]:
    names, wrong, rows = _Names(), [], []
    for where, cells in listed_rows(data, filename, COLUMNS, NEEDED, most=MOST_ROWS):
        row = _Row(cells, names)
        given = row.given()
        wrong += [f"{where} {fault}" for fault in row.wrong]
        if given is not None:
            rows.append((where, given))
    if wrong:
        more = f"；共{len(wrong)}处" if len(wrong) > MOST_NAMED else ""
        raise Refusal("；".join(wrong[:MOST_NAMED]) + more, place=filename, remedy="整张表没有收。请在原表改好后再传")
    if not rows:
        raise Refusal("只有表头，没有数据行", place=filename, remedy="请按样表填写后再传")
    return rows


class _Names:
    """Units and places by the names people write."""

    def __init__(self) -> None:
        places = tree()
        self.units = {one.title: one.key for one in (*towns(), *departments())}
        self.places = {}
        short: dict[str, list[str]] = {}
        for code, level in places.levels.items():
            self.places[places.full_name(code)] = code
            if level in {"village", "community"}:
                self.units[places.full_name(code)] = Unit("village", code).key
                short.setdefault(places.names[code], []).append(code)
        for name, codes in short.items():
            if len(codes) == 1:
                self.units.setdefault(name, Unit("village", codes[0]).key)
                self.places.setdefault(name, codes[0])


class _Row:
    """One row; what is wrong with it is gathered, so that a list names all its mistakes at once."""

    def __init__(self, cells: Mapping[str, str], names: _Names) -> None:
        self._cells, self._names = cells, names
        self.wrong: list[str] = []

    def given(self) -> Given | None:
        """The row as a plan; None where something is wrong."""
        kinds = {kind.title: code for code, kind in project_kinds().items()}
        kind = self._known("类别", kinds, f"可用：{'、'.join(kinds)}")
        owner = self._known("责任单位", self._names.units, "请写镇名、镇名加村名或部门全称")
        place = self._known("地点", self._names.places, "请写镇名或镇名加村名") if self._text("地点") else ""
        start, end = self._day("计划开工"), self._day("计划完工")
        quantity, money, milestones = self._quantity(), self._money(), tuple(self._milestones())
        for name in ("编号", "名称", "依据"):
            if not self._text(name):
                self.wrong.append(f"{name}：没有填")
        if self.wrong or start is None or end is None:
            return None
        return Given(
            reference=self._text("编号"),
            kind=kind,
            title=self._text("名称"),
            owner=owner,
            place=place,
            start_on=start,
            end_on=end,
            quantity=quantity,
            unit_word=self._text("单位"),
            money_plan=money,
            milestones=milestones,
            document=self._text("依据"),
        )

    def _text(self, name: str) -> str:
        return self._cells.get(name, "").strip()

    def _known(self, name: str, values: Mapping[str, str], remedy: str) -> str:
        found = values.get(self._text(name))
        if found is None:
            self.wrong.append(f"{name}：不认识“{self._text(name)}”，{remedy}")
        return found or ""

    def _day(self, name: str) -> date | None:
        try:
            return parse_date(self._text(name))
        except Refusal as refusal:
            self.wrong.append(f"{name}：{refusal}")
            return None

    def _quantity(self) -> int:
        text = self._text("任务数量").replace(",", "").removesuffix(".0")
        if not text.isdecimal() or len(text) > 7:
            self.wrong.append(f"任务数量：“{self._text('任务数量')}”不是整数")
            return 0
        return int(text)

    def _money(self) -> int:
        text = self._text("计划资金（元）")
        if not text:
            return 0
        try:
            return parse_fen(text)
        except Refusal as refusal:
            self.wrong.append(f"计划资金：{refusal}")
            return 0

    def _milestones(self) -> Iterator[Milestone]:
        for number, part in enumerate(filter(None, re.split(r"[；;\n]+", self._text("节点"))), start=1):
            form = MILESTONE.fullmatch(part.strip())
            try:
                if form is None:
                    raise Refusal(f"“{part.strip()}”认不出", remedy="请写成“主体完工 2022-08-31 70%”，用分号隔开")  # noqa: TRY301  gathered as others are
                yield Milestone(f"m{number}", form["title"].strip(), parse_date(form["day"]), int(form["percent"]))
            except Refusal as refusal:
                self.wrong.append(f"节点：{refusal}")
