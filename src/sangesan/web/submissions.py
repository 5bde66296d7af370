"""A form's own id, by which a form that is sent twice makes one record."""

from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _

from sangesan.kernel.refusal import Refusal


def new_submission() -> str:
    """The id of a form that is shown for the first time."""
    return str(uuid4())


def submission_of(given: QueryDict) -> UUID:
    """The id that a form was sent with; raises Refusal where it is none."""
    try:
        return UUID(given.get("submission", ""))
    except ValueError:
        raise Refusal(_("表单的编号不对"), remedy=_("请重新打开这一页")) from None
