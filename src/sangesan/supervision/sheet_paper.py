"""督办单 as a paper: the word always beside the colour, so that it reads in grey print and to every eye."""

from sangesan.documents.form import ColourBar, Fields, Heading, Paper, Paragraphs, Part, Signatures
from sangesan.leadership.units import unit
from sangesan.regions.queries import county
from sangesan.supervision.models import Sheet
from sangesan.supervision.table import BLUE, RED, YELLOW, load_table
from sangesan.supervision.words import SHEET, day_words, number_of, opened

FORM = "supervision_sheet"
RGB = {BLUE: "1F5FAF", YELLOW: "E6B000", RED: "C1272D"}
DEMONSTRATION = "演示系统：人员和事项均为程序生成。"
NOTE = "一事一单、一单一责任单位一责任人。期限内整改到位并报送佐证；确有困难的在到期之前申请延期。销号由没有参与整改的人审核。"


def sheet_paper(sheet: Sheet, *, signatures: bool = False, requirement: bool = False) -> Paper:
    """The sheet. signatures: boxes to sign, for the paper that is handed out; requirement: its sealed words too (they may
    name a household), for the unit's own copy.

    No code stands on it: a photo of it becomes evidence by what somebody reports on the sheet's page (rectified by whom, on
    which day), and one that was only handed in would be neither evidence nor a report.
    """
    table = load_table()
    colour = table.colours[sheet.colour]
    parts: list[Part] = [
        ColourBar(colour.name, colour.meaning, RGB[sheet.colour]),
        Fields(
            [
                ("责任单位", unit(sheet.unit).title),
                ("责任人", sheet.person.title),
                ("签发日期", day_words(sheet.issued_on)),
                ("整改期限", day_words(sheet.due_on)),
                ("下达情形", table.causes[sheet.cause].title),
                ("签发人", sheet.signed_title),
            ]
        ),
        Heading("一、督办事项"),
        Paragraphs([sheet.matter]),
    ]
    if requirement:
        said = opened(SHEET, sheet.sealed)
        parts += [Heading("二、整改要求"), Paragraphs([said.get("requirement", "")])]
        if said.get("reason"):
            parts.append(Paragraphs([f"下达理由：{said['reason']}"]))
    if sheet.follows is not None:
        parts.append(Paragraphs([f"本单承接{number_of(sheet.follows)}，为同一事项。"]))
    if signatures:
        parts += [
            Heading("三、签收和整改"),
            Signatures(["签发人（盖章）：", "责任人签收："], 26),
            Signatures(["整改情况（佐证另附）：", "审核意见（不得由整改人签）："], 46),
        ]
    return Paper(
        title=f"督办单（{colour.name}）", number=number_of(sheet) if sheet.number else "", organ=county().name, parts=parts,
        note=f"{NOTE}{DEMONSTRATION if county().is_demonstration else ''}" if signatures else "",
    )  # fmt: skip
