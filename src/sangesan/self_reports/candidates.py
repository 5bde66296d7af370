"""Households that a person chooses from: why each is offered, and why the machine did not take it by itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sangesan.accounts.models import Post
from sangesan.kernel.masking import mask_identity
from sangesan.registry.models import Household, Membership
from sangesan.registry.permissions import visible_households
from sangesan.registry.sealed_fields import IDENTITY
from sangesan.self_reports.contents import Content, identity_index, keyring

BY_NUMBER = "证件号码相同，姓名和申报的不同"
BY_BOTH = "姓名和证件号码都相同"
BY_NAME = "姓名相同，证件号码不同"
BY_NAME_ALONE = "姓名相同，申报没有填证件号码"
NO_NUMBER = "姓名相同，底册里没有他的证件号码"
BY_SEARCH = "按姓名查到"
BY_CODE = "按户编号查到"


@dataclass(frozen=True)
class Candidate:
    """home; who: the member by whom it was found, with the relation; identity: masked; why: one of the words above;
    here: it lives (or is registered) in the village that was claimed.
    """

    home: Household
    who: str
    relation: str
    identity: str
    why: str
    here: bool


def nearest(homes: Sequence[Household], place: str, limit: int) -> list[Household]:
    """The first few, those of a village before all others."""
    return sorted(homes, key=lambda h: place not in {h.residence, h.village})[:limit]


def candidates_of(
    post: Post, homes: Sequence[Household], *, content: Content, place: str, text: str = ""
) -> list[Candidate]:
    """The homes with their reason, those of the claimed village first. text: what was searched for, "" where nothing was.

    Identity numbers, masked, only of households within the post's reach. Few queries, however many homes.
    """
    reach = set(visible_households(post).filter(pk__in=[h.pk for h in homes]).values_list("pk", flat=True))
    members: Mapping[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(household__in=homes, valid_to=None).select_related("person").order_by("pk")
    for row in rows:
        members[row.household_id].append(row)
    number = identity_index(content.identity) if content.identity else None
    made = [_one(h, members[h.pk], content.head_name, number, place, text, open_numbers=h.pk in reach) for h in homes]
    return sorted(made, key=lambda c: not c.here)


def _one(
    home: Household, members: list[Membership], name: str, number: bytes | None, place: str, text: str, *,
    open_numbers: bool,
) -> Candidate:  # fmt: skip
    by_number = next((m for m in members if number and bytes(m.person.identity_index or b"") == number), None)
    by_name = next((m for m in members if m.person.name == name), None)
    by_text = next((m for m in members if text and m.person.name.startswith(text)), None)
    head = next((m for m in members if m.relation == "户主"), None)
    shown = by_number or by_name or by_text or head
    sealed = shown.person.identity_sealed if shown and open_numbers else None
    return Candidate(
        home=home,
        who=shown.person.name if shown else home.head_name,
        relation=shown.relation if shown else "",
        identity=mask_identity(keyring().open(IDENTITY, bytes(sealed)).decode()) if sealed else "",
        why=_why(by_number, by_name or (head if home.head_name == name else None), by_text, number, name),
        here=place in {home.residence, home.village},
    )


def _why(
    by_number: Membership | None, by_name: Membership | None, by_text: Membership | None, number: bytes | None, name: str
) -> str:
    if by_number is not None:
        return BY_BOTH if by_number.person.name == name or by_name is not None else BY_NUMBER
    if by_name is not None:
        if number is None:
            return BY_NAME_ALONE
        return BY_NAME if by_name.person.identity_index else NO_NUMBER
    return BY_SEARCH if by_text is not None else BY_CODE
