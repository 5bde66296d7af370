"""Parts of a paper as JSON and back: how a document that people edit is kept.

Pictures are not kept this way: parts that hold any are refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sangesan.documents.form import (
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
    Remark,
    Seals,
    Signatures,
    Table,
)
from sangesan.kernel.refusal import Refusal

_KINDS: Mapping[str, Callable[..., Part]] = {
    "heading": Heading,
    "fields": Fields,
    "table": Table,
    "signatures": Signatures,
    "paragraphs": Paragraphs,
    "closing": Closing,
    "colour_bar": ColourBar,
    "addressees": Addressees,
    "annexes": Annexes,
    "seals": Seals,
    "remark": Remark,
    "new_annex": NewAnnex,
    "imprint": Imprint,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_json(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts as plain dictionaries, `kind` first; raises Refusal for a part with pictures in it."""
    return [_one(part) for part in parts]


def from_json(rows: Sequence[Mapping[str, Any]]) -> list[Part]:
    """The parts that `to_json` made. Raises Refusal for a kind that is not known."""
    return [_part(row) for row in rows]


def paper_to_json(paper: Paper) -> dict[str, Any]:
    """An annex: its title and parts."""
    return {"title": paper.title, "parts": to_json(paper.parts)}


def _one(part: Part) -> dict[str, Any]:
    name = _NAMES.get(type(part))
    if name is None or (isinstance(part, Signatures) and any(part.pictures)):
        raise Refusal("公文正文只能有文字和表格", place="公文正文", remedy="照片、签名和二维码请作附件另附")
    fields = asdict(part)
    if isinstance(part, Fields):
        fields["pairs"] = [list(pair) for pair in part.pairs]
    return {"kind": name, **{key: _plain(value) for key, value in fields.items()}}


def _plain(value: Any) -> Any:
    """Tuples as lists, so that what is kept and what is given compare equal."""
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _part(row: Mapping[str, Any]) -> Part:
    fields = dict(row)
    kind = _KINDS.get(fields.pop("kind", ""))
    if kind is None:
        raise Refusal("公文内容有系统不认识的部分", place="公文正文", remedy="请重新起草")
    if kind is Fields:
        fields["pairs"] = [(label, value) for label, value in fields["pairs"]]
    return kind(**fields)
