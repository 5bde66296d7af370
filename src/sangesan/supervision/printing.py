"""Printing a sheet; audited, for it carries its requirement, which may name a household."""

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.documents.printing import CONTENT_TYPES, file_name, produce
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.domain import State
from sangesan.supervision.models import Sheet
from sangesan.supervision.permissions import reached
from sangesan.supervision.sheet_paper import sheet_paper
from sangesan.supervision.words import subject_of


def print_sheet(*, post: Post, sheet_id: int, kind: str) -> tuple[bytes, str, str]:
    """The sheet as docx or pdf: (content, file name, content type).

    Raises NotAllowed outside the post's reach, Refusal for a draft or a format there is not.
    """
    with acting(post, "supervision.see", on=subject_of(sheet_id)) as act:
        found = Sheet.objects.select_related("person", "follows").filter(pk=sheet_id).first()
        sheet = reached(post, found)
        if State(sheet.state) in {State.DRAFT, State.DECLINED} or sheet.number is None:
            raise Refusal("还没有签发，不能打印", place="督办单", remedy="请在签发之后打印")
        act.detail = {"kind": kind}
    paper = sheet_paper(sheet, signatures=True, requirement=True)
    return produce(paper, kind), file_name(paper, kind), CONTENT_TYPES.get(kind, "")
