"""Departments' files about the small county's people, delivered through the same door as real ones."""

from datetime import UTC, datetime
from pathlib import Path

from sangesan.accounts.queries import system_post
from sangesan.exchange.actions import deliver
from web.small_county import PEOPLE, identity

AT = datetime(2022, 9, 5, 2, 0, tzinfo=UTC)
HEADINGS = {
    "public_post": "岗位,开始日期,结束日期",
    "employment": "务工地点,开始日期,结束日期,月工资",
    "social_assistance": "救助类别,开始日期,停止日期,月发放金额",
    "microcredit": "合同号,贷款余额,逾期天数,统计日期",
    "insurance_claim": "出险日期,出险原因,理赔金额",
    "serious_illness": "病种,确诊日期",
    "school_enrolment": "学校,学段,就读状态,状态日期",
    "household_income": "年度,工资性收入,生产经营性收入,生产经营性支出,财产性收入,转移性收入,合规自付支出,理赔收入",
}


def send(folder: Path, feed: str, *rows: tuple[str, str], month: str = "2022年8月") -> int:
    """Delivers rows (a person's name, then the feed's own columns as CSV text); the delivery's number."""
    numbers = {name: identity(serial, birth) for serial, (_, name, _, birth, *_) in enumerate(PEOPLE, start=101)}
    lines = [f"姓名,身份证号,{HEADINGS[feed]}", *(f"{name},{numbers[name]},{values}" for name, values in rows)]
    path = folder / f"{month} {feed}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = deliver(system_post(), feed, path, now=AT)
    assert report.refused == 0, report.to_dict()
    return report.delivery
