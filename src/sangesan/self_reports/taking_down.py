"""The same form at the window and on the telephone, by a person: what the register knows is not typed again."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.masking import mask_identity
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Condition, Household, Membership
from sangesan.registry.permissions import visible_households
from sangesan.registry.sealed_fields import IDENTITY, PHONE
from sangesan.self_reports.contents import keyring
from sangesan.self_reports.domain import TAKEN_BY_PERSON, WAYS, Given, State, Way
from sangesan.self_reports.models import Report
from sangesan.self_reports.receiving import attach, receive
from sangesan.self_reports.reporting import submit


@dataclass(frozen=True)
class Prefill:
    """What the register knows of a household for the form. identity: whole, kept from the page; "" where none is known."""

    household: Household
    head_name: str
    phone: str
    identity: str

    @property
    def masked_identity(self) -> str:
        return mask_identity(self.identity) if self.identity else ""

    @property
    def place(self) -> str:
        return self.household.grid or self.household.residence


def prefill(*, post: Post, household_id: int) -> Prefill:
    """Name, phone and number of a household's head; that they were read is an entry of the audit. Raises NotAllowed."""
    with acting(post, "self_reports.receive", on=f"household:{household_id}", reason="代录自主申报") as act:
        home = visible_households(post).filter(pk=household_id).first()
        if home is None:
            raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
        act.detail = {"fields": ["identity_number", "phone"]}
        head = (
            Membership.objects.filter(household=home, relation="户主", valid_to=None).select_related("person").first()
        )
        if head is None:
            return Prefill(home, home.head_name, "", "")
        state = Condition.objects.filter(person=head.person, valid_to=None, phone_sealed__isnull=False).first()
        ring, sealed = keyring(), head.person.identity_sealed
        return Prefill(
            household=home,
            head_name=head.person.name,
            phone=ring.open(PHONE, bytes(state.phone_sealed or b"")).decode() if state else "",
            identity=ring.open(IDENTITY, bytes(sealed)).decode() if sealed else "",
        )


def take_down(
    *,
    post: Post,
    given: Given,
    way: str,
    form: uuid.UUID,
    places: Collection[str],
    household_id: int | None = None,
    today: date,
    now: datetime,
) -> Report:
    """A person takes a report down, unlimited; it is attached at once, to the household it was taken down for if any.

    Raises NotInOrder (every fault), Refusal for another way, NotAllowed for a household outside the post's reach.
    """
    if way not in TAKEN_BY_PERSON:
        raise Refusal(
            "没有选怎样来的", place="来的方式", remedy=f"请选{'或'.join(WAYS[Way(w)] for w in TAKEN_BY_PERSON)}"
        )
    known = prefill(post=post, household_id=household_id) if household_id else None
    if known is not None and known.identity:
        given = replace(given, identity=known.identity)
    report = submit(given=given, way=way, form=form, places=places, post=post, today=today, now=now)
    if report.state != State.NEW:
        return report
    if known is not None:
        return attach(
            post=post, report_id=report.pk, version=report.row_version, household_id=known.household.pk, today=today,
            now=now,
        )  # fmt: skip
    return receive(report_id=report.pk, today=today, now=now)
