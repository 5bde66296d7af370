"""A household moves: where it lives changes, where it is registered does not."""

from datetime import date, datetime

from django.db.models import Q

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.regions.models import Grid
from sangesan.regions.queries import tree
from sangesan.registry.domain import RELOCATION_CAUSES
from sangesan.registry.models import Household, Residence
from sangesan.registry.permissions import visible_households


def relocate(
    *, post: Post, household_id: int, grid: str, cause: str, moved_on: date, concentrated: bool, today: date, now: datetime
) -> Household:
    """Ends the residence that held and begins the next in a grid of the county; both sides see the household from then.

    Raises NotAllowed outside the post's reach, Refusal for an unknown grid or cause, a day that can't be, no move.
    """
    with acting(post, "registry.relocate", on=f"household:{household_id}") as act:
        home = visible_households(post).filter(pk=household_id).select_for_update().first()
        if home is None:
            raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
        place = Grid.objects.filter(code=grid, valid_to=None).first()
        held = Residence.objects.filter(Q(household=home) & Q(valid_to=None)).order_by("-valid_from").first()
        _check(home, held, place, cause, moved_on, today)
        if held is not None:
            Residence.objects.filter(pk=held.pk).update(valid_to=moved_on)
        division = place.division if place else ""
        Residence.objects.create(
            household=home, village=home.village, group_name=held.group_name if held else "", residence=division,
            grid=grid, cause=cause, moved_on=moved_on, concentrated=concentrated, valid_from=moved_on, recorded_at=now,
            row_version=held.row_version + 1 if held else 1,
        )  # fmt: skip
        act.detail = {"from": home.residence, "to": division, "cause": cause, "moved_on": moved_on.isoformat()}
        home.residence, home.residence_town, home.grid = division, tree().town_of(division), grid
        home.row_version += 1
        home.save(update_fields=["residence", "residence_town", "grid", "row_version"])
    return home


def _check(
    home: Household, held: Residence | None, place: Grid | None, cause: str, moved_on: date, today: date
) -> None:
    if place is None:
        raise Refusal("没有选择迁入的网格", place="迁入网格", remedy="请先选社区（村），再选网格")
    if place.code == home.grid:
        raise Refusal("迁入的就是现在的网格", place="迁入网格", remedy="没有搬迁不用登记")
    if cause not in RELOCATION_CAUSES:
        raise Refusal("没有选择搬迁原因", place="搬迁原因", remedy=f"可选：{'、'.join(RELOCATION_CAUSES)}")
    first = held.valid_from if held else moved_on
    if moved_on > today or moved_on < first:
        raise Refusal("入住日期不对", place="入住日期", remedy=f"请填 {first.isoformat()} 至今天之间的日期")
