"""The shipped facts, and one broken file per mistake."""

from pathlib import Path

import pytest

from sangesan.exchange.contracts import load_contracts
from sangesan.facts.model import FromFeed, Pending
from sangesan.facts.moment import Moment
from sangesan.facts.planning import plan
from sangesan.facts.reading import load_facts
from sangesan.kernel.refusal import Refusal

HEAD = "feed: fraud_loss\ndated_by: occurred_on\nfacts:\n  lost: "
GOOD = "{title: 损失, grain: person, unit: fen, aggregate: sum, of: loss, window: last_month}"


def read(tmp_path: Path, text: str) -> None:
    (tmp_path / "fraud.yaml").write_text(text, encoding="utf-8")
    load_facts(tmp_path)


def test_every_feed_is_read_by_some_fact() -> None:
    facts = load_facts().facts.values()
    read_feeds = {f.body.source.code for f in facts if isinstance(f.body, FromFeed)}
    not_used_by_any_rule = {"relocated_household"}  # the registry's snapshot says who was relocated
    assert read_feeds | not_used_by_any_rule == set(load_contracts().feeds)


def test_one_scan_per_feed() -> None:
    from screening.county import AS_OF, parameters

    book = load_facts()
    codes = [code for code, fact in book.facts.items() if not isinstance(fact.body, Pending)]
    text = " ".join(step.select.text() for step in plan(codes, book, Moment(AS_OF, parameters())).steps)
    registers = {"vehicle", "real_estate", "public_payroll"}  # and once more for the newest list's number
    for feed in load_contracts().feeds:
        if feed == "death":  # and once more for who is dead
            continue
        expected = 2 if feed in registers else 1
        assert text.count(f"FROM feed_{feed} ") <= expected, feed


def test_the_sound_file_is_taken(tmp_path: Path) -> None:
    read(tmp_path, HEAD + GOOD)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD.replace("fraud_loss", "moon") + GOOD, "没有名为“moon”的数据项"),
        (HEAD.replace("occurred_on", "no_day") + GOOD, "没有列“no_day”"),
        (HEAD + GOOD.replace("of: loss", "of: gain"), "“gain”既不是列也不是参数"),
        (HEAD + GOOD.replace("of: loss", "of: eval(loss)"), "不能调用函数“eval”"),
        (HEAD + GOOD.replace("of: loss", "of: loss - 100"), "不能写数字“100”"),
        (HEAD + GOOD.replace("of: loss, ", ""), "缺少“of”"),
        (HEAD + GOOD.replace("title: 损失, ", ""), "缺少“title”"),
        (HEAD + GOOD.replace("aggregate: sum", "aggregate: mode"), "汇总方式“mode”不认识"),
        (HEAD + GOOD.replace("grain: person", "grain: planet"), "grain“planet”不认识"),
        (HEAD + GOOD.replace("grain: person", "grain: household"), "grain 应为 person"),
        (HEAD + GOOD.replace("unit: fen", "unit: miles"), "单位“miles”不认识"),
        (HEAD + GOOD.replace("last_month", "some_day"), "没有名为“some_day”的时间窗"),
        (HEAD + GOOD.replace("window: last_month", "window: {last_month: 3}"), "长度没有写对"),
        (HEAD + GOOD.replace("window: last_month", "window: recent_months"), "长度没有写对"),
        (HEAD + GOOD[:-1] + ", colour: red}", "不认识的键“colour”"),
        (HEAD + GOOD[:-1] + ", where: loss = 'x'}", "不是一类"),
        (HEAD + GOOD[:-1] + ", where: loss}", "与单位不符"),
        (HEAD + "{title: 合计, grain: household, unit: fen, rolls_up: nobody, by: sum}", "不是可以汇总的个人事实"),
        (
            HEAD + GOOD + "\n  two: {title: 合计, grain: household, unit: fen, rolls_up: lost, by: count}",
            "不能用 count 汇总",
        ),
        (
            HEAD + GOOD + "\n  two: {title: 合计, grain: household, unit: fen, rolls_up: lost, by: most}",
            "by 或 counts 不认识",
        ),
        (HEAD + GOOD + "\n  lost: " + GOOD, "写了两次"),
        ("facts:\n  lost: " + GOOD, "没有写明来源"),
        (
            "snapshot: moons\nfacts:\n  lost: {title: 某, grain: person, unit: truth, value: registered}",
            "没有名为“moons”的快照表",
        ),
    ],
)
def test_each_mistake_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
