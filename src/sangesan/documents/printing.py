"""One way to any rendering of a paper, and the name of its file."""

import re

from sangesan.documents.docx import render_docx
from sangesan.documents.form import Paper
from sangesan.documents.pdf import render_pdf
from sangesan.kernel.refusal import Refusal

CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RENDERINGS = {"docx": render_docx, "pdf": render_pdf}
LONGEST_NAME = 80  # characters of Chinese that every file system takes

_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def produce(paper: Paper, kind: str) -> bytes:
    """The paper as docx or pdf; raises Refusal for another kind, or where this machine cannot make PDF."""
    if kind not in RENDERINGS:
        raise Refusal(f"不能生成“{kind}”格式", remedy=f"可用的格式：{'、'.join(RENDERINGS)}")
    return RENDERINGS[kind](paper)


def file_name(paper: Paper, kind: str) -> str:
    """Title and number as a name that Windows, phones and browsers take: 公示（三个三公示〔2026〕3号）.docx."""
    mark = paper.number or paper.barcode
    name = _NOT_IN_FILE_NAMES.sub(" ", f"{paper.title}（{mark}）" if mark else paper.title)
    return f"{' '.join(name.split())[:LONGEST_NAME].strip(' .') or '表册'}.{kind}"
