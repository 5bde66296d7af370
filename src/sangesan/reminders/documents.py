"""Documents that wait: to be signed for by whom they are for, to be signed by the seats of their series."""

from collections import defaultdict
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.bulletins.models import Addressee, Document
from sangesan.bulletins.receivers import SIGNS_FOR_UNIT
from sangesan.bulletins.series import all_series
from sangesan.leadership.queries import held_rows
from sangesan.messages.templates import Line, line_of

ADDRESS = "/bulletins/"


def document_lines(day: date) -> dict[int, list[Line]]:
    """Sentences by post: how many documents wait for it, whichever key they came under. A fixed number of queries."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    readers = _readers(day)
    waiting: defaultdict[int, dict[int, date]] = defaultdict(dict)
    rows = Addressee.objects.filter(read_at=None, copy=False, document__state=Document.State.ISSUED)
    for key, document, due in rows.values_list("key", "document", "document__read_by_day"):
        for post in readers.get(key, ()):
            waiting[post][document] = due or day
    for post, found in waiting.items():
        first = min(found.values())
        lines[post].append(line_of("bulletins_unread", {"count": len(found), "day": first}, ADDRESS))
    for post, number in _to_sign(day).items():
        lines[post].append(line_of("bulletins_to_sign", {"count": number}, ADDRESS))
    return lines


def _readers(day: date) -> dict[str, list[int]]:
    """Posts by the key under which documents come to them."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for post in holding(day):
        found[f"post:{post.pk}"].append(post.pk)
        if post.role in SIGNS_FOR_UNIT:
            code = post.department if post.role == Post.Role.DEPARTMENT else post.division
            found[f"{post.role}:{code}"].append(post.pk)
    for row in held_rows(day):
        key = f"seat:{row.seat}:{row.scope}" if row.scope else f"seat:{row.seat}"
        found[key].append(row.post_id)
    return found


def _to_sign(day: date) -> dict[int, int]:
    """How many drafts wait for each post whose seat has to sign them and has not."""
    counted: defaultdict[int, int] = defaultdict(int)
    signers = {code: one.signers for code, one in all_series().items()}
    seats = {seat for codes in signers.values() for seat in codes}
    heads: defaultdict[str, list[int]] = defaultdict(list)
    for row in held_rows(day).filter(seat__in=seats, scope=""):
        heads[row.seat].append(row.post_id)
    drafts = Document.objects.filter(state=Document.State.DRAFTED).prefetch_related("signatures")
    for document in drafts:
        signed = {one.seat for one in document.signatures.all() if one.undone_at is None}
        for post in {post for seat in signers[document.series] if seat not in signed for post in heads[seat]}:
            counted[post] += 1
    return counted
