"""A village's poster on one sheet: a QR code to the page where a household reports by itself, in few and large words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sangesan.documents.barcode import qr_svg
from sangesan.documents.pdf import write_pdf

STYLES = Path(__file__).with_name("poster.css")
SIZES = {"A3": 29.7, "A4": 21.0}  # the sheet's width in centimetres; everything on it grows with it


@dataclass(frozen=True)
class Poster:
    """One sheet. address: the whole public address; phones: (number or "" to be written by hand, whose);
    warning: why the sheet must not be put up, in place of the address to type.
    """

    village: str
    county: str
    address: str
    steps: Sequence[str]
    reasons: Sequence[str]
    phones: Sequence[tuple[str, str]]
    promises: Sequence[str]
    note: str = ""
    warning: str = ""


def render_posters(posters: Sequence[Poster], size: str) -> bytes:
    """All sheets as one PDF, one a page; raises Refusal where this machine lacks what PDF needs."""
    return write_pdf(posters_html(posters, size), STYLES)


def posters_html(posters: Sequence[Poster], size: str) -> str:
    """The whole document; looks are in poster.css, which counts in the root's font size."""
    sheets = "".join(map(_sheet, posters))
    return (
        f'<!DOCTYPE html><html lang="zh-CN" class="{size.lower()}"><head><meta charset="utf-8">'
        f"<title>农户自主申报</title></head><body>{sheets}</body></html>"
    )


def _sheet(poster: Poster) -> str:
    way = f'<p class="address">也可以在手机浏览器里打开 <b>{escape(_short(poster.address))}</b></p>'
    if poster.warning:
        way = f'<p class="warning">{escape(poster.warning)}</p>'
    note = f'<p class="note">{escape(poster.note)}</p>' if poster.note else ""
    return (
        '<section class="sheet">'
        f'<header><p class="county">{escape(poster.county)}防返贫监测</p><h1>家里有困难，扫码自己报</h1>'
        f'<p class="village">{escape(poster.village)}</p></header>'
        f'<div class="middle"><div class="code">{qr_svg(poster.address)}</div>'
        f"<ol>{''.join(f'<li>{escape(step)}</li>' for step in poster.steps)}</ol></div>"
        f"{way}<h2>遇到这些事都可以报</h2>"
        f'<ul class="reasons">{"".join(f"<li>{escape(reason)}</li>" for reason in poster.reasons)}</ul>'
        f'<p class="promises">{"".join(f"<span>{escape(promise)}</span>" for promise in poster.promises)}</p>'
        "<h2>不用手机也能报：打电话，或到村委会、镇便民服务窗口</h2>"
        f'<table class="phones"><tr>{"".join(map(_phone, poster.phones))}</tr></table>{note}</section>'
    )


def _phone(phone: tuple[str, str]) -> str:
    number, whose = phone
    shown = f"<b>{escape(number)}</b>" if number else '<b class="blank"></b>'
    return f"<td>{shown}<span>{escape(whose)}</span></td>"


def _short(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")
