"""The parts that official papers alone have, as HTML: red heads of several offices, addressees, seals, imprint."""

from html import escape

from sangesan.documents.form import (
    Addressees,
    Annexes,
    Imprint,
    NewAnnex,
    Paper,
    RedHead,
    Remark,
    Seals,
    plain,
    width_of,
)
from sangesan.documents.official_lines import joint_size, title_lines, under_a_seal

NAME_POINTS = 62  # of a bulletin's name: 督查通报
SEALS_IN_A_ROW = 3
TITLE_CHARACTERS = 19


def text(value: str) -> str:
    """Text as HTML, line feeds as breaks."""
    return escape(plain(value)).replace("\n", "<br>")


def red_head(paper: Paper, head: RedHead, points: float) -> str:
    """The red head down to its line; points: the width of a line."""
    marks = "<br>".join(text(mark) for mark in (head.secret, head.urgent) if mark)
    above = f'<div class="marks">{marks or "&nbsp;"}</div>'
    return above + (_bulletin(head, points) if head.name else _joint(paper, head, points))


def _bulletin(head: RedHead, points: float) -> str:
    size = min(NAME_POINTS, points * 0.8 / max(len(head.name), 1))
    organs = "<br>".join(map(text, head.organs))
    return (
        f'<p class="bulletin-name" style="font-size: {size:.0f}pt">{text(head.name)}</p>'
        f'<p class="issue">{text(head.issue)}</p>'
        f'<table class="bare issuers"><tr><td>{organs}</td><td class="day">{text(head.day)}</td></tr></table>'
    )


def _joint(paper: Paper, head: RedHead, points: float) -> str:
    size = joint_size(head, points)
    widest = max(map(width_of, head.organs), default=0)
    if len(head.organs) == 1:
        organs, beside = f"<p>{text(head.organs[0] + head.suffix)}</p>", ""
    else:
        organs = "".join(_spread(organ, widest, size) for organ in head.organs)
        beside = f'<td class="suffix">{text(head.suffix)}</td>' if head.suffix else ""
    top = f'<table class="bare joint" style="font-size: {size:.0f}pt"><tr><td>{organs}</td>{beside}</tr></table>'
    number = text(paper.number) or "&nbsp;"
    if not head.signer:
        return f'{top}<p class="number">{number}</p>'
    signer = f'签发人：<span class="kai">{text(head.signer)}</span>'
    return f'{top}<table class="bare upward"><tr><td>{number}</td><td>{signer}</td></tr></table>'


def _spread(organ: str, widest: float, size: float) -> str:
    """The name of an office drawn out to the width of the longest one."""
    gap = (widest - width_of(organ)) * size / max(len(organ) - 1, 1)
    return f'<p style="letter-spacing: {gap:.2f}pt; margin-right: -{gap:.2f}pt">{text(organ)}</p>'


def heading(title: str) -> str:
    """The title in lines that do not break words."""
    return f"<h1>{'<br>'.join(map(text, title_lines(title, TITLE_CHARACTERS)))}</h1>"


def addressees(part: Addressees) -> str:
    """各镇人民政府，县级各部门：, from the edge."""
    return f'<p class="addressees">{text(part.text)}：</p>'


def annexes(part: Annexes) -> str:
    """附件：1. …, the following ones under the first."""
    several = len(part.titles) > 1
    rows = "".join(
        f"<tr><td>{'附件：' if number == 1 else ''}</td><td>{f'{number}. ' if several else ''}{text(title)}</td></tr>"
        for number, title in enumerate(part.titles, start=1)
    )
    return f'<table class="bare annexes">{rows}</table>'


def remark(part: Remark) -> str:
    """（此件公开发布）."""
    return f'<p class="text indented">（{text(part.text)}）</p>'


def seals(part: Seals) -> str:
    """Offices side by side over their seals, at most three in a row; the day under the last."""
    rows = []
    organs = list(part.organs)
    for at in range(0, len(organs), SEALS_IN_A_ROW):
        row = organs[at : at + SEALS_IN_A_ROW]
        cells = "".join(f"<td>{'<br>'.join(map(text, under_a_seal(organ)))}</td>" for organ in row)
        rows.append(f"<tr>{cells}</tr>")
    last = len(organs[(len(organs) - 1) // SEALS_IN_A_ROW * SEALS_IN_A_ROW :])
    rows.append(f"<tr>{'<td></td>' * (last - 1)}<td>{text(part.day)}</td></tr>")
    return f'<table class="bare seals">{"".join(rows)}</table>'


def new_annex(part: NewAnnex) -> str:
    """The head of an annex on its own page."""
    return f'<div class="annex"><p class="annex-label">{text(part.label)}</p>{heading(part.title)}</div>'


def imprint(part: Imprint) -> str:
    """The lines at the foot of the last page."""
    copies = ""
    if part.copies:
        words = text("，".join(part.copies))
        copies = f'<div class="copies"><span>抄送：</span><span>{words}。</span></div>'
    printed = f"<span>{text(part.printed_by)}</span><span>{text(part.printed_line)}</span>"
    return f'<div class="foot"><div class="imprint">{copies}<div class="printed">{printed}</div></div></div>'
