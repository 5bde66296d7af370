"""How an inspection bulletin is worded: the county's own issue no. 21 is the model."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.documents.form import Heading, Paragraphs, Table
from sangesan.documents.parts_json import to_json
from sangesan.supervision.bulletin_text import (
    Found,
    Item,
    LookedBack,
    bulletin_annexes,
    bulletin_parts,
    item_words,
    masked,
    numeral,
    town_sentence,
)

DEFECTS = ["应纳未纳", "评议公示等程序不规范", "巡查记录缺失", "部门责任不落实"]
ARTICLE = (
    Item("洄水镇", "洄水镇联沟村", "洄水镇联沟村", DEFECTS[1], "2022年4月新纳入监测户3户，民主评议会议记录不规范"),
    Item("高滩镇", "高滩镇牌楼村", "高滩镇牌楼村", DEFECTS[2], "无安全饮水巡查记录，未建立季节性缺水长效机制"),
)
OFFICES = ["县加强作风建设工作领导小组办公室", "县狠抓落实工作领导小组办公室"]


def found(*items: Item, **more: object) -> Found:
    given = {"inspected": [(9, "个镇"), (23, "个村（社区）"), (0, "个重点项目")]} | more
    return Found(date(2022, 9, 1), date(2022, 9, 12), OFFICES, items=items, defects=DEFECTS, **given)  # type: ignore[arg-type]


def texts(parts: list) -> str:
    """All texts of parts, one a line."""
    lines = []
    for part in parts:
        lines += list(part.texts) if isinstance(part, Paragraphs) else [getattr(part, "text", "")]
    return "\n".join(lines)


def test_the_article_s_own_sentence_comes_out() -> None:
    expected = (
        "洄水镇联沟村，2022年4月新纳入监测户3户，民主评议会议记录不规范；"
        "高滩镇牌楼村：无安全饮水巡查记录，未建立季节性缺水长效机制。"
    )
    assert town_sentence(ARTICLE) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("4月的公示不足5天。", "甲镇乙村，4月的公示不足5天"),
        ("今年新纳入2户没有措施", "甲镇乙村，今年新纳入2户没有措施"),
        ("3户没有措施；", "甲镇乙村：3户没有措施"),
        ("无巡查记录", "甲镇乙村：无巡查记录"),
    ],
)
def test_a_time_is_joined_by_a_comma(words: str, expected: str) -> None:
    assert item_words(Item("甲镇", "甲镇乙村", "甲镇乙村", "其他", words)) == expected


def test_by_class_then_town_then_village() -> None:
    more = [
        Item("洄水镇", "洄水镇甲村", "洄水镇甲村", DEFECTS[2], "无巡查记录"),
        Item("洄水镇", "洄水镇甲村", "洄水镇甲村", DEFECTS[2], "没有建立台账"),
        Item("", "", "医疗保障局", DEFECTS[3], "晚报6天"),
    ]
    said = texts(bulletin_parts(found(*ARTICLE, *more)))
    assert "（一）评议公示等程序不规范（1个）" in said
    assert "（二）巡查记录缺失（3个）" in said
    assert "洄水镇甲村：无巡查记录；没有建立台账。" in said
    assert said.index("（二）") < said.index("（三）部门责任不落实（1个）") < said.index("医疗保障局：晚报6天。")
    assert said.startswith(
        f"2022年9月1日至9月12日，{OFFICES[0]}、{OFFICES[1]}合并开展督查，工作同部署、结果共用，"
        "采取“四不两直”等方式，深入9个镇、23个村（社区），发现问题5个。现将有关情况通报如下："
    )


def test_what_came_back_is_named_and_the_colour_stands_with_its_word() -> None:
    rows = [
        LookedBack("甲镇乙村", "公示不足5天", "corrected"),
        LookedBack("甲镇丙村", "无巡查记录", "came_back", "黄〔2022〕2号"),
    ]
    item = Item(
        "甲镇",
        "甲镇乙村",
        "甲镇乙村",
        DEFECTS[0],
        "2户未识别",
        sheet="蓝〔2022〕3号",
        due=date(2022, 9, 20),
        conduct=("不真干",),
    )
    parts = bulletin_parts(found(item, looked_back=rows, sheets={"蓝单": 1, "黄单": 0}, good=["当天录入"]))
    said = texts(parts)
    assert "其中已整改1个、反弹1个。" in said
    assert "反弹的问题：甲镇丙村：无巡查记录（已下达黄〔2022〕2号）。" in said
    assert "甲镇乙村：公示不足5天" not in said
    assert "共下达督办单1份：蓝单1份，最早的应于2022年9月20日前" in said
    assert "“不真干”1个" in said
    assert [part.text for part in parts if isinstance(part, Heading) and part.level == 1] == [
        "一、督查发现的问题", "二、前期问题“回头看”情况", "三、好的做法", "四、整改要求",
    ]  # fmt: skip
    table = bulletin_annexes(found(item))[0].parts[0]
    assert isinstance(table, Table)
    assert table.rows[0] == ("1", "甲镇乙村", "2户未识别。", DEFECTS[0], "限期整改", "蓝〔2022〕3号\n9月20日前")


def test_nothing_found_says_so() -> None:
    assert "本次督查未发现需要通报的问题。" in texts(bulletin_parts(found()))
    assert bulletin_annexes(found()) == []


@given(st.lists(st.text("甲乙丙丁", min_size=2, max_size=4), max_size=5), st.text("甲乙丙丁户公示不足", max_size=40))
def test_no_name_is_left(names: list[str], words: str) -> None:
    shown = masked(words, names)
    assert not any(name in shown for name in names)


@given(st.integers(1, 99))
def test_numerals_are_each_their_own(number: int) -> None:
    assert numeral(number) not in {numeral(n) for n in range(1, 100) if n != number}


@given(st.lists(st.builds(Item, *[st.text("镇村户", max_size=6)] * 5), max_size=12))
def test_every_item_stands_in_the_body_and_in_the_list(items: list[Item]) -> None:
    parts, annexes = bulletin_parts(found(*items)), bulletin_annexes(found(*items))
    to_json(parts)
    assert (len(annexes[0].parts[0].rows) if annexes else 0) == len(items)  # type: ignore[union-attr]
    assert f"发现问题{len(items)}个" in texts(parts) or not items
