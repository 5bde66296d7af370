"""A paper as HTML for the PDF: every text escaped, pictures inside, nothing to be fetched."""

import base64
from collections.abc import Iterator
from functools import singledispatch
from html import escape

from sangesan.documents import official_markup
from sangesan.documents.barcode import qr_svg
from sangesan.documents.form import (
    DATE_TO_FILL,
    Addressees,
    Annexes,
    Closing,
    ColourBar,
    Fields,
    Heading,
    Imprint,
    NewAnnex,
    Paper,
    Paragraphs,
    Part,
    Photos,
    QrCode,
    Remark,
    Seals,
    Signatures,
    Table,
    plain,
    red_size,
)
from sangesan.documents.pictures import printable, signed_size

RED_HEAD_POINTS = {False: 442, True: 688}  # the width of a line: 156 and 243 mm (landscape)


def to_html(paper: Paper) -> str:
    """The whole page; its looks are in paper.css. Raises Refusal where a photo is none."""
    kind = "official" if paper.official else "form"
    kind += "-landscape" if paper.landscape else ""
    body = "".join((_code(paper), _head(paper), *_parts(paper), _note(paper)))
    classes = f"{kind} coded" if paper.barcode else kind
    classes += " large" if paper.large else ""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{_text(paper.title)}</title>'
        f'<meta name="author" content="{_text(paper.organ)}"></head><body class="{classes}">{body}</body></html>'
    )


def _text(text: str) -> str:
    return escape(plain(text)).replace("\n", "<br>")


def _code(paper: Paper) -> str:
    if not paper.barcode:
        return ""
    return f'<div class="code">{qr_svg(paper.barcode)}<span>{_text(paper.barcode)}</span></div>'


def _head(paper: Paper) -> str:
    lines = []
    if paper.head is not None:
        lines.append(official_markup.red_head(paper, paper.head, RED_HEAD_POINTS[paper.landscape]))
    elif paper.official:
        size = red_size(paper.organ, RED_HEAD_POINTS[paper.landscape])
        lines.append(f'<p class="red-head" style="font-size: {size:.0f}pt">{_text(paper.organ)}</p>')
        lines.append(f'<p class="number">{_text(paper.number) or "&nbsp;"}</p>')
    lines.append(official_markup.heading(paper.title) if paper.head else f"<h1>{_text(paper.title)}</h1>")
    if paper.subtitle:
        lines.append(f'<p class="subtitle">{_text(paper.subtitle)}</p>')
    if not paper.official and (paper.organ or paper.number):
        number = f"编号：{_text(paper.number)}" if paper.number else ""
        lines.append(f'<div class="filed"><span>{_text(paper.organ)}</span><span>{number}</span></div>')
    return "".join(lines)


def _note(paper: Paper) -> str:
    return f'<p class="note">{_text(paper.note)}</p>' if paper.note else ""


def _parts(paper: Paper) -> Iterator[str]:
    for part in paper.parts:
        yield _photos(part, 3 if paper.landscape else 2) if isinstance(part, Photos) else _part(part)


@singledispatch
def _part(part: Part) -> str:
    raise TypeError(f"no markup for {type(part).__name__}")


@_part.register
def _heading(part: Heading) -> str:
    return f'<h2 class="level-{part.level}">{_text(part.text)}</h2>'


@_part.register
def _fields(part: Fields) -> str:
    label = 15 * min(1, 2.4 / max(part.columns, 1))
    columns = f'<col style="width: {label:.3f}%"><col style="width: {100 / part.columns - label:.3f}%">' * part.columns
    rows = []
    for pairs in part.rows():
        cells = []
        for number, (name, value) in enumerate(pairs):
            left = 2 * (part.columns - len(pairs)) if number == len(pairs) - 1 else 0
            span = f' colspan="{left + 1}"' if left else ""
            cells.append(f'<th scope="row">{_text(name)}</th><td{span}>{_text(value)}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table class="fields"><colgroup>{columns}</colgroup>{"".join(rows)}</table>'


@_part.register
def _table(part: Table) -> str:
    columns = "".join(f'<col style="width: {100 * share:.3f}%">' for share in part.shares())
    head, centred = "".join(f"<th>{_text(text)}</th>" for text in part.headings), part.centred()
    rows = "".join(f"<tr>{''.join(map(_cell, row, centred))}</tr>" for row in part.rows)
    return (
        f'<table class="list"><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _cell(text: str, centred: bool) -> str:
    return f'<td class="short">{_text(text)}</td>' if centred else f"<td>{_text(text)}</td>"


@_part.register
def _paragraphs(part: Paragraphs) -> str:
    kind = "text indented" if part.indent else "text"
    return "".join(f'<p class="{kind}">{_text(text)}</p>' for text in part.texts)


@_part.register
def _signatures(part: Signatures) -> str:
    tables = []
    for boxes in part.rows():
        cells = "".join(
            f'<td><div class="box" style="min-height: {part.height}mm"><span>{_text(label)}</span>'
            f'{_signed(label, picture, part.height)}<span class="date">{DATE_TO_FILL}</span></div></td>'
            for label, picture in boxes
        )
        tables.append(f'<table class="signatures"><tr>{cells}</tr></table>')
    return "".join(tables)


def _signed(label: str, jpeg: bytes | None, height: float) -> str:
    if not jpeg:
        return ""
    picture = printable(jpeg, place=f"签名“{label}”")
    wide, high = signed_size(picture, height)
    source = base64.b64encode(picture.jpeg).decode()
    size = f"width: {wide:.1f}mm; height: {high:.1f}mm"
    return f'<span class="signed"><img src="data:image/jpeg;base64,{source}" alt="" style="{size}"></span>'


def _photos(part: Photos, in_a_row: int) -> str:
    rows = []
    for at in range(0, len(part.photos), in_a_row):
        cells = [_photo(caption, jpeg) for caption, jpeg in part.photos[at : at + in_a_row]]
        rows.append(f"<tr>{''.join(cells)}{'<td></td>' * (in_a_row - len(cells))}</tr>")
    return f'<table class="photos">{"".join(rows)}</table>'


def _photo(caption: str, jpeg: bytes) -> str:
    source = base64.b64encode(printable(jpeg, place=f"照片“{caption}”").jpeg).decode()
    return f'<td><img src="data:image/jpeg;base64,{source}" alt=""><br>{_text(caption)}</td>'


@_part.register
def _qr_code(part: QrCode) -> str:
    words = "".join(f"<p>{_text(line)}</p>" for line in part.words)
    return f'<table class="qr"><tr><td class="qr-code">{qr_svg(part.content)}</td><td>{words}</td></tr></table>'


@_part.register
def _closing(part: Closing) -> str:
    return f'<div class="closing"><p>{_text(part.organ)}<br>{_text(part.day)}</p></div>'


@_part.register
def _colour_bar(part: ColourBar) -> str:
    block = f'<td class="bar-block" style="background: #{part.rgb}"></td>'
    words = f'<td class="bar-words"><strong>{_text(part.word)}</strong>　{_text(part.words)}</td>'
    return f'<table class="bar" style="border-color: #{part.rgb}"><tr>{block}{words}{block}</tr></table>'


_part.register(Addressees, official_markup.addressees)
_part.register(Annexes, official_markup.annexes)
_part.register(Remark, official_markup.remark)
_part.register(Seals, official_markup.seals)
_part.register(NewAnnex, official_markup.new_annex)
_part.register(Imprint, official_markup.imprint)
