"""Minutes put together from many sentences, so that no two meetings read alike; and the pasted ones, which do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sangesan.demo.histories.words import Dice, words
from sangesan.regions.queries import tree

if TYPE_CHECKING:
    from sangesan.demo.histories.gatherings import Gathering

SURNAMES = "张王李刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "德明国强永华桂兰秀英建平玉珍志成世友安福春梅家兴光荣学文大贵"


def appraisal_minutes(gathering: Gathering) -> str:
    """A village's: opening, each household's report with what was said and its vote, measures, closing."""
    said, dice, row = words()["appraisal"], gathering.dice, gathering.row
    base: dict[str, Any] = {
        "day": f"{row['held_on'].month}月{row['held_on'].day}日", "village": tree().names.get(row["division"], ""),
        "place": row["place"], "host": row["host"], "recorder": row["recorder"], "expected": row["expected"],
        "present": row["present"], "count": len(gathering.items), "on": row["held_on"],
    }  # fmt: skip
    sentences = [dice.of(said["openings"]).format(**base)]
    for item, track in gathering.items:
        sentences += _about(dice, item, track, base)
    sentences.append(dice.of(said["closings"]).format(**base))
    return "".join(sentences)


def _about(dice: Dice, item: dict[str, Any], track: Any, base: dict[str, Any]) -> list[str]:
    said, case, home = words()["appraisal"], track.case, track.home
    helper = track.book.roster.contact(case.village).name or "包联干部"
    told = base | {
        "head": home.household.head_name, "size": len(home.present(base["on"])) or home.household.size,
        "reason": case.reason.rstrip("。"), "checker": track.book.roster.finder(home.household).name or base["recorder"],
        "helper": helper, "speaker": _name(dice), "names": item["withdrew"],
    }  # fmt: skip
    sentences = [dice.of(said["exit_reports" if item["exit"] else "reports"]).format(**told)]
    remarks = sorted(said["remarks"], key=lambda _: dice.share())[: dice.between(1, 3)]
    sentences += [remark.format(**(told | {"speaker": _name(dice)})) for remark in remarks]
    if item["withdrew"]:
        sentences.append(said["withdrew"].format(**told))
    sentences.append(dice.of(said["votes"]).format(**(told | item)))
    if not item["exit"]:
        sentences.append(dice.of(said["measures"]).format(**told))
    return sentences


def pasted_minutes(gathering: Gathering) -> str:
    """One of a few texts that name nobody and fit every meeting: what inspectors look for."""
    text: str = gathering.dice.of(words()["appraisal"]["pasted"])
    return text


def review_minutes(gathering: Gathering) -> str:
    """A town's."""
    dice, items = gathering.dice, gathering.items
    villages = dict.fromkeys(tree().names.get(track.case.village, "") for _, track in items)
    heads = [track.home.household.head_name for _, track in items][:3]
    text: str = dice.of(words()["town_review"]["minutes"])
    return text.format(count=len(items), heads="、".join(heads), villages="、".join(villages))


def joint_minutes(gathering: Gathering, number: str) -> str:
    """The county's."""
    exits = sum(1 for item, _ in gathering.items if item["exit"])
    text: str = gathering.dice.of(words()["joint_meeting"]["minutes"])
    return text.format(entries=len(gathering.items) - exits, exits=exits, number=number)


def _name(dice: Dice) -> str:
    given = dice.of(GIVEN) + (dice.of(GIVEN) if dice.chance(0.7) else "")
    return dice.of(SURNAMES) + given
