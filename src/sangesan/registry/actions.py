"""Acts on the register."""

from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.regions.queries import grid_codes, tree
from sangesan.registry.inserting import Progress, insert_register
from sangesan.registry.models import Household, Person
from sangesan.registry.permissions import visible_households
from sangesan.registry.register import read_register
from sangesan.registry.sealed_fields import IDENTITY


def import_register(*, post: Post, folder: Path, on: date, now: datetime, progress: Progress) -> dict[str, int]:
    """Takes in households.csv and people.csv of a county that has no register yet; whole or not at all.

    Returns counts. Raises Refusal naming file, row and column.
    """
    if Household.objects.exists():
        raise Refusal(
            "已有农户底册，不能再整册装入",
            place=str(folder),
            remedy="如要重来，请换一个空的 SANGESAN_HOME",
        )
    places = tree()
    register = read_register(folder, places, grid_codes())
    with acting(post, "registry.import", on="register:all", reason=str(folder.name)) as act:
        insert_register(register, places, on=on, now=now, progress=progress)
        counts = {"households": len(register.households["户编号"]), "people": len(register.household_of)}
        act.detail = counts
    return counts


def reveal_identity(*, post: Post, person_id: int, reason: str) -> str:
    """The full identity number, for a post that reaches the household, with a reason; the read is audited.

    Raises NotAllowed, or Refusal without a reason or where no number is recorded.
    """
    if len(reason.strip()) < 2:
        raise Refusal("没有写查看理由", place="查看完整证件号码", remedy="请写明用途，如“入户核查核对身份”")
    with acting(post, "registry.reveal", on=f"person:{person_id}", reason=reason.strip()) as act:
        person = Person.objects.filter(
            pk=person_id, memberships__valid_to=None, memberships__household__in=visible_households(post)
        ).first()
        if person is None:
            raise NotAllowed("此人不在您的管理范围内", remedy="如确有需要，请联系县专班")
        if person.identity_sealed is None:
            raise Refusal("此人没有登记证件号码", place="查看完整证件号码", remedy="请在入户时补录")
        act.detail = {"field": "identity_number"}
        return Keyring.load(settings.HOME).open(IDENTITY, bytes(person.identity_sealed)).decode()
