"""The shipped catalogue is whole and fits the feeds; one broken file per mistake."""

from pathlib import Path

import pytest

from sangesan.assistance.catalogue import SHIPPED, NeedKind, catalogue
from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES

OFFICIAL = {
    "100A39": "产业帮扶", "100A40": "就业帮扶", "100A41": "金融帮扶", "100A42": "公益岗位帮扶", "100A45": "健康帮扶",
    "100A46": "义务教育保障", "100A47": "其他教育帮扶", "100A48": "综合保障", "100A50": "住房安全保障",
    "100A51": "饮水安全保障", "100A52": "社会帮扶", "100A53": "搬迁", "100A54": "生产生活条件改善", "100A55": "基础设施建设",
}  # fmt: skip


def test_the_fourteen_groups_and_which_are_development() -> None:
    groups = catalogue().groups
    assert {code: group.title for code, group in groups.items()} == OFFICIAL
    assert [g.title for g in groups.values() if g.development] == ["产业帮扶", "就业帮扶", "金融帮扶", "公益岗位帮扶"]
    assert all(group.source and group.department in load_contracts().departments for group in groups.values())


@pytest.mark.parametrize("can_work", [True, False, None])
@pytest.mark.parametrize("risk", RISK_TYPES)
def test_every_risk_has_an_answer_for_every_household(risk: str, can_work: bool | None) -> None:
    found = catalogue().groups_for(risk, can_work=can_work)
    assert found
    assert all(found.values()), "each with its source"
    if can_work is False:
        assert any(not catalogue().groups[code].development for code in found)


@pytest.mark.parametrize("kind", NeedKind)
def test_every_need_has_an_item(kind: NeedKind) -> None:
    for group in catalogue().groups.values():
        if kind in group.needs:
            assert any(item.answers(kind) for item in group.items), group.title
    assert any(kind in group.needs for group in catalogue().groups.values())


def test_what_departments_show_is_in_their_contracts() -> None:
    for way in catalogue().reported:
        feed = load_contracts().feed(way.feed)
        columns = {c.as_name: c for c in feed.open_columns}
        for name in (*way.key, *way.what, way.began, way.ended, way.amount, way.by_column, way.word_column):
            assert not name or name in columns, f"{way.feed} has no open column {name}"
        assert columns[way.began].type == "date"
        assert not way.amount or columns[way.amount].type == "money"
        if way.by_column:
            assert set(way.by_value) <= set(columns[way.by_column].codes)


GOOD = SHIPPED.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("code: 100A40", "code: 100A39", "这一类写了两次"),
        ("labour: needed", "labour: maybe", "“maybe”不认识"),
        ("development: true\n    labour: needed", "development: true\n    labour: any", "开发式帮扶要有劳动力"),
        ('"H2": "[S58c]"', '"H9": "[S58c]"', "没有代码为“H9”的风险"),
        ('"H2": "[S58c]"', '"H2": ""', "没有出处"),
        ("needs: {water:", "needs: {thirst:", "没有“thirst”这种需求"),
        ("  care: 需要照料的人没人照料\n", "", "需求的种类对不上"),
        ("title: 搬迁\n", "titel: 搬迁\n", "不认识的键"),
        ("    department: water\n", "", "缺少“department”"),
        ("item: 大病救治", "item: 没有的", "没有“没有的”"),
        ("feed: public_post, group: 100A42", "feed: public_post, group: 100A99", "没有“100A99”这一类"),
        ("{title: 种植}", "{title: 种植, cost: 3}", "不认识的键“cost”"),
    ],
)
def test_a_broken_catalogue_names_its_place(tmp_path: Path, old: str, new: str, why: str) -> None:
    assert old in GOOD
    path = tmp_path / "broken.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refusal, match=why) as caught:
        catalogue(path)
    assert path.name in caught.value.place
