"""A household's sections as a page shows them: name, value, in the national form's words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sangesan.regions.queries import Tree
from sangesan.registry.models import Living, Standing
from sangesan.registry.queries import HouseholdPage
from sangesan.web.labels import STAGES, titled


@dataclass(frozen=True)
class ShownSection:
    """title; fields: (name, shown value or "" where unknown)."""

    title: str
    fields: list[tuple[str, str]]

    @property
    def filled(self) -> int:
        return sum(1 for _name, value in self.fields if value)


def sections(page: HouseholdPage, tree: Tree) -> list[ShownSection]:
    """Where it is registered and lives, how it lives, how it stands in monitoring."""
    return [
        ShownSection(_("户籍与居住"), _residence(page, tree)),
        ShownSection(_("生产生活条件"), _living(page.living)),
        ShownSection(_("监测情况"), _standing(page.standing)),
    ]


def _residence(page: HouseholdPage, tree: Tree) -> list[tuple[str, str]]:
    h, r = page.household, page.residence
    fields = [
        (_("户籍村"), tree.full_name(h.village)),
        (_("居住地"), tree.full_name(h.residence)),
        (_("网格"), h.grid),
        (_("村民小组"), r.group_name if r else ""),
        (_("脱贫户"), _lifted(h.formerly_poor, h.lifted_year)),
    ]
    if h.relocated and r:
        fields += [
            (_("搬迁原因"), titled(r.cause)),
            (_("入住日期"), _text(r.moved_on)),
            (_("集中安置"), _yes(r.concentrated)),
        ]
    return fields


def _living(living: Living | None) -> list[tuple[str, str]]:
    names = [
        (_("住房等级"), "house_grade", ""),
        (_("安全饮水"), "safe_water", ""),
        (_("入户路"), "road", ""),
        (_("距主干路"), "road_km", "km"),
        (_("住房面积"), "house_m2", "m²"),
        (_("耕地"), "farmland_mu", _("亩")),
        (_("林地"), "forest_mu", _("亩")),
        (_("退耕"), "returned_mu", _("亩")),
        (_("燃料"), "fuel", ""),
        (_("卫生厕所"), "toilet", ""),
    ]
    return [(title, _with_unit(getattr(living, name, None), unit)) for title, name, unit in names]


def _standing(standing: Standing | None) -> list[tuple[str, str]]:
    if standing is None:
        return [(_("监测状态"), _("未纳入监测"))]
    fields = [
        (_("监测状态"), str(STAGES.get(standing.stage, standing.stage))),
        (_("监测对象类别"), titled(standing.category)),
        (_("风险类型"), _("；").join(titled(risk) for risk in standing.risks)),
        (_("纳入日期"), _text(standing.enrolled_on)),
    ]
    if standing.eliminated_on:
        fields += [(_("消除日期"), _text(standing.eliminated_on)), (_("消除方式"), titled(standing.elimination_way))]
    return fields


def _with_unit(value: Any, unit: str) -> str:
    text = _yes(value) if isinstance(value, bool) else titled(_text(value))
    return f"{text} {unit}".strip() if text else ""


def _lifted(formerly_poor: bool, year: int | None) -> str:
    return _("是（%(year)s）") % {"year": year} if formerly_poor and year else _yes(formerly_poor)


def _yes(value: bool | None) -> str:
    return "" if value is None else _("是") if value else _("否")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
