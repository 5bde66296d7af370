"""Parts that several forms have alike: income by item, the four tests, who was seen."""

from sangesan.cases.papers.wording import bare_yuan, lines_to_write, number, yes_no, yuan
from sangesan.documents.form import Fields, Part, Table
from sangesan.visits.domain import TESTS
from sangesan.visits.income import catalogue
from sangesan.visits.models import Visit
from sangesan.visits.queries import account_of

TESTS_HEADINGS = ("项目", "结果", "查看、询问的情况和依据")


def tests_table(visit: Visit | None) -> Table:
    """The four tests of 三保障 and water with boxes and what was seen."""
    tests, notes = (visit.tests, visit.tests_notes) if visit else ({}, {})
    rows = [[title, yes_no(tests.get(test)), str(notes.get(test, ""))] for test, title in TESTS.items()]
    return Table(TESTS_HEADINGS, rows, [34, 18, 48])


def income_parts(visit: Visit | None, pairs: int = 2) -> list[Part]:
    """Every item of the catalogue, so many a row, and the account: with amounts where they were asked, else to fill in."""
    amounts: dict[str, str] = {}
    for row in visit.income if visit else ():
        mark = "" if row["counted"] else "（不计入）"
        amounts[row["item"]] = f"{bare_yuan(row['fen'])}{mark}"
    rows = []
    for code, group in catalogue().groups.items():
        items = catalogue().of_group(code)
        for at in range(0, len(items), pairs):
            cells = [cell for item in items[at : at + pairs] for cell in (item.title, amounts.get(item.code, ""))]
            rows.append([group.title if at == 0 else "", *cells, *[""] * (2 * pairs - len(cells))])
    table = Table(("类别", *("项目", "金额（元）") * pairs), rows, [22, *(24, 15) * pairs])
    return [table, account_fields(visit)]


def account_fields(visit: Visit | None) -> Fields:
    """The sums of a visit's account; empty where no income was asked."""
    account = account_of(visit) if visit else None
    pairs = [
        (
            "核算期间",
            f"{visit.income_from}至{visit.income_to}" if visit and visit.income_from and visit.income_to else "",
        ),
        ("家庭人口", number(visit.people, "人") if visit else ""),
        ("家庭纯收入", yuan(account.net) if account else ""),
        ("人均纯收入", yuan(account.net_per_head) if account else ""),
        ("理赔收入", yuan(account.claims) if account else ""),
        ("合规自付支出", yuan(account.self_paid) if account else ""),
        ("收入参考", yuan(account.reference) if account else ""),
        ("人均收入参考", yuan(visit.reference_per_head_fen) if visit else ""),
    ]
    return Fields(pairs)


def paid_table(visit: Visit | None) -> Table:
    """What the household paid itself, with room for more."""
    rows = [
        [row["what"], bare_yuan(row["fen"]), yes_no(bool(row["vouchers"]), "已见", "未见")]
        for row in (visit.self_paid if visit else ())
    ]
    rows += [["", "", yes_no(None, "已见", "未见")]] * max(3 - len(rows), 0)
    return Table(("必要支出（报销、补偿后由本户自付）", "金额（元）", "票据"), rows, [50, 20, 30])


def opinion(label: str, text: str, lines: int = 2) -> Fields:
    """A wide field with the text, or with room to write it."""
    return Fields([(label, text or lines_to_write(lines))], columns=1)
