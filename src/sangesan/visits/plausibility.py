"""What in a visit's record is possible but odd: reminders that somebody answers with a reason, never refusals.

After the consistency rules that working tools run on the national export (domain rules 6.4, items 3, 5 and 8); the
bounds stand in income_items.yaml.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sangesan.kernel.money import format_yuan
from sangesan.visits.domain import Answers, Around, Conclusion, Purpose
from sangesan.visits.income import Account, catalogue

LABOUR_SHARE = (1, 2)  # 缺劳动力 although half of a household of four or more can work [S90c, S91c]
MANY_PEOPLE = 4


@dataclass(frozen=True)
class Doubt:
    """A code by which supervision counts, and the sentence that is shown."""

    code: str
    text: str


def plausibility(answers: Answers, around: Around, account: Account | None) -> list[Doubt]:
    """Everything odd, in the form's order. account: None where no income was asked."""
    found = [*_presence(answers, around), *_risks(answers)]
    if account is not None:
        found += [*_sums(answers, around, account)]
    return found


def _presence(answers: Answers, around: Around) -> Iterator[Doubt]:
    if not answers.members_seen:
        yield Doubt("nobody_seen", "没有见到家庭成员")
    if not around.photos:
        yield Doubt("no_photo", "没有入户照片")
    if not answers.signed_how:
        yield Doubt("unsigned", "农户没有签字")
    if set(answers.purposes) & {Purpose.IDENTIFICATION, Purpose.ELIMINATION} and not answers.income:
        yield Doubt("income_not_asked", "没有填收入")
    for test, safe in answers.tests.items():
        if safe is False and not answers.tests_notes.get(test, "").strip():
            yield Doubt(f"{test}_without_note", f"{TEST_TROUBLES[test]}，没有写明情况")


TEST_TROUBLES = {
    "housing": "住房有安全问题",
    "schooling": "有适龄儿童少年失学辍学",
    "insurance": "有成员没有参加基本医疗保险",
    "water": "饮水有安全问题",
}
TEST_RISKS = {"housing": ("H1", "02"), "insurance": ("01",), "water": ("H2",)}
RISK_NAMES = {"housing": "因安全住房或因灾", "insurance": "因病", "water": "因安全饮水"}


def _risks(answers: Answers) -> Iterator[Doubt]:
    fails = [test for test, safe in answers.tests.items() if safe is False]
    if answers.conclusion in {Conclusion.NO_RISK, Conclusion.RISK_GONE}:
        for test in fails:
            yield Doubt(f"{test}_fails_without_risk", f"{TEST_TROUBLES[test]}，结果却是没有风险")
    elif answers.risks:
        for test in fails:
            if test in TEST_RISKS and not any(r.startswith(TEST_RISKS[test]) for r in answers.risks):
                yield Doubt(f"{test}_lacks_risk", f"{TEST_TROUBLES[test]}，风险类型里没有“{RISK_NAMES[test]}”")
    people, labour = answers.people, answers.labour
    if labour is None or people is None:
        return
    part, whole = LABOUR_SHARE
    if "04" in answers.risks and people >= MANY_PEOPLE and labour * whole >= people * part:
        yield Doubt("labour_not_lacking", f"风险有“缺劳动力”，{people} 口人里却有 {labour} 个劳动力")
    if "07" in answers.risks and labour == 0:
        yield Doubt("work_without_labour", "风险有“因务工就业不稳”，家里却没有劳动力")


def _sums(answers: Answers, around: Around, account: Account) -> Iterator[Doubt]:
    book = catalogue()
    for code, group in book.groups.items():
        fen = account.groups[code]
        if group.least is not None and 0 < fen < group.least:
            yield Doubt(f"{code}_low", f"{group.title}只有 {format_yuan(fen)} 元")
        if group.most is not None and fen > group.most:
            yield Doubt(f"{code}_high", f"{group.title}有 {format_yuan(fen)} 元")
    if account.groups["business"] > 0 and account.groups["business_cost"] == 0:
        yield Doubt("business_without_cost", "有生产经营性收入，没有生产经营性支出")
    for line in answers.income:
        item = book.items[line.item]
        if item.least is not None and 0 < line.fen < item.least:
            yield Doubt(f"{item.code}_low", f"{item.title}全年只有 {format_yuan(line.fen)} 元")
        if item.code == "transfer_ecology" and line.fen > 0 and around.returned_mu == 0:
            yield Doubt("ecology_without_land", "有生态补偿，登记的退耕面积是 0")
        if line.fen > 0 and line.counted != item.counted and not line.note.strip():
            word = "计入了" if line.counted else "没有计入"
            yield Doubt(f"{item.code}_counted", f"{item.title}{word}纯收入，与一般口径不同，没有写理由")
    if account.net_per_head < book.per_head_least:
        yield Doubt("per_head_low", f"人均纯收入只有 {format_yuan(account.net_per_head)} 元")
    for cost in answers.self_paid:
        if not cost.vouchers:
            yield Doubt("self_paid_without_voucher", f"自付支出“{cost.what}”没有看到票据")
