"""Reads the Chinese case tables and lays all their situations into one small county."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from sangesan.exchange.contracts import FeedContract, load_contracts

FOLDER = Path(__file__).parent / "cases"
TITLES = {feed.title: feed for feed in load_contracts().feeds.values()}
YES = {"是": True, "否": False, None: None}
STAGES = {"监测中": "monitoring", "已消除": "eliminated", None: None}
ADULT = date(1980, 5, 1)


@dataclass(frozen=True)
class Case:
    """One situation: household number `number`, its people from number*10+1 on, its own village and town."""

    rule: str
    number: int
    name: str
    body: dict[str, Any]
    expected: bool

    @property
    def household(self) -> dict[str, Any]:
        given = self.body.get("户") or {}
        stage = STAGES[given.get("监测状态")]
        return {
            "household_no": self.number, "village": self.village, "town": self.town, "residence": self.village,
            "grid": f"{self.village}-01", "formerly_poor": YES[given.get("脱贫户", "否")],
            "monitored": stage is not None, "stage": stage, "relocated": YES[given.get("易地搬迁", "否")],
            "house_grade": given.get("住房等级"), "safe_water": YES[given.get("安全饮水")],
        }  # fmt: skip

    @property
    def town(self) -> str:
        return f"61{self.number:07d}000"

    @property
    def village(self) -> str:
        return f"61{self.number:07d}001"

    @property
    def people(self) -> list[dict[str, Any]]:
        given = self.body.get("成员") or [{}]
        return [self._person(number, person) for number, person in enumerate(given, start=1)]

    def _person(self, number: int, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "person_no": self.number * 10 + number, "household_no": self.number,
            "relation": "户主" if number == 1 else "其他", "birth_date": given.get("出生日期", ADULT),
            "labour": given.get("劳动技能", "普通劳动力"), "died_on": given.get("死亡日期"),
            "left_on": given.get("迁出日期"), "registered": True,
        }  # fmt: skip

    @property
    def feeds(self) -> dict[str, list[dict[str, Any]]]:
        """Rows by feed code, in the columns of the views."""
        given = self.body.get("数据") or {}
        return {
            TITLES[title].code: [self._row(TITLES[title], row, n) for n, row in enumerate(rows, start=1)]
            for title, rows in given.items()
        }

    def _row(self, feed: FeedContract, given: dict[str, Any], number: int) -> dict[str, Any]:
        month = given.get("报送月份", date(2022, 8, 1))
        row: dict[str, Any] = {
            "delivery": given.get("批次", month.year * 12 + month.month), "period": month,
            "row_no": self.number * 100 + number,
        }  # fmt: skip
        if feed.grain == "person":
            row["person_no"] = self.number * 10 + given.get("成员", 1)
        else:
            row["division"] = self.village
        for heading, value in given.items():
            if heading in feed.columns:
                column = feed.columns[heading]
                row[column.as_name] = _typed(column.type, value)
        return row


def _typed(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "money":
        return int(Decimal(str(value)) * 100)
    return YES[value] if kind == "bool" else value


@dataclass(frozen=True)
class Tables:
    """All cases of all tables, numbered through."""

    cases: list[Case] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path = FOLDER) -> "Tables":
        cases: list[Case] = []
        for path in sorted(folder.glob("*.yaml")):
            table = yaml.safe_load(path.read_text(encoding="utf-8"))
            for body in table["案例"]:
                expected = {"命中": True, "不命中": False}[body["结果"]]
                cases.append(Case(table["规则"], 1000 + len(cases), body["情形"], body, expected))
        return cls(cases)

    def county(self) -> dict[str, Any]:
        """The rows of a county in which every case is one household."""
        feeds: dict[str, list[dict[str, Any]]] = {}
        for case in self.cases:
            for code, rows in case.feeds.items():
                feeds.setdefault(code, []).extend(rows)
        return {
            "people": [person for case in self.cases for person in case.people],
            "households": [case.household for case in self.cases],
            "divisions": [
                {"code": code, "name": code, "level": level, "parent": None}
                for case in self.cases
                for code, level in ((case.town, "town"), (case.village, "village"))
            ],
            "feeds": feeds,
        }
