"""The two leaflets as papers: A4, two pages, large type, stamped with edition and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sangesan.documents.form import Heading, Paper, Paragraphs, Part, QrCode, Table
from sangesan.kernel.dates import day_in_full
from sangesan.village_work.leaflet_facts import APPLY, Facts, leaflet_texts

DEMONSTRATION = "演示系统，人员均为程序生成，不作办事依据。"


@dataclass(frozen=True)
class Place:
    """Where a leaflet is for. name: 东河镇双柳村; phones: title -> number; address: of the village's self-report, or ""."""

    name: str
    county: str
    phones: Mapping[str, str]
    address: str = ""
    demonstration: bool = False


def build(facts: Facts, place: Place) -> Paper:
    """The leaflet of a village."""
    texts = leaflet_texts()
    own = texts[facts.leaflet]
    parts = _apply(facts.policy, own, place) if facts.leaflet == APPLY else _help(facts.policy, own, place)
    day = facts.day
    stamp = (
        f"版本 {facts.digest}，按{day_in_full(day)}的政策数据印制。政策变了版本号就变：旧的请以新的为准，"
        "可请村干部在系统里核对版本号。"
    )
    note = f"{stamp}{DEMONSTRATION if place.demonstration else ''}"
    return Paper(title=own["title"], subtitle=f"{place.county}　{place.name}", parts=parts, note=note, large=True)


def phones_words(place: Place) -> str:
    """村办公室 0915-1234567、咨询热线 12317."""
    said = "、".join(f"{title} {number}" for title, number in place.phones.items())
    return said or str(leaflet_texts()["phones_unset"])


def _apply(policy: Mapping[str, Any], own: Mapping[str, Any], place: Place) -> list[Part]:
    who = [str(line).format(line_sentence=policy["line_sentence"]) for line in own["who"]]
    how = own["how"] if place.address else own["how_without_code"]
    ways = [str(line).format(phones=phones_words(place)) for line in how]
    parts: list[Part] = [
        Heading("一、谁可以申报"),
        _listed(who),
        Heading("二、遇到这些情况，请马上说"),
        _listed(own["when"]),
        Heading("三、怎么申报"),
    ]
    if place.address:
        parts.append(QrCode(place.address, [f"{n}. {text}" for n, text in enumerate(ways, start=1)]))
    else:
        parts.append(_listed(ways))
    whole = str(own["steps_note"]).format(whole=policy["whole"], day_word=policy["day_word"])
    return [
        *parts,
        Heading("四、申报以后怎么办"),
        Table(("步骤", "谁来办", "时间"), policy["steps"], [40, 26, 34]),
        Paragraphs([whole], indent=False),
        Heading("五、上门看什么"),
        Paragraphs([own["tests_note"] + "；".join(policy["tests"]) + "。"], indent=False),
        Heading("六、请放心"),
        _listed(own["promises"]),
    ]


def _help(policy: Mapping[str, Any], own: Mapping[str, Any], place: Place) -> list[Part]:
    after = [str(line).format(first=policy["first"], missing=policy["missing"]) for line in own["after"]]
    kept = own["no_labour_free"] if policy["without_labour"] else own["no_labour_kept"]
    values = {"observed": policy["observed"], "least": policy["least"], "no_labour_leave": kept}
    leave = [str(line).format(**values) for line in own["leave"]]
    rows = [(trouble, "、".join(titles)) for trouble, titles in policy["measures"].items() if titles]
    parts: list[Part] = [
        Heading("一、纳入以后"),
        _listed(after),
        Heading("二、有哪些帮扶"),
        Paragraphs([own["table_note"]], indent=False),
        Table(("困难", "可申请的帮扶"), rows, [26, 74]),
        _listed(
            [
                str(own["labour"]).format(development="、".join(policy["development"])),
                str(own["no_labour"]).format(floor="、".join(policy["floor"])),
            ]
        ),
        Heading("三、什么时候算“风险消除”"),
        _listed(leave),
        Heading("四、自己要做的"),
        _listed(own["duties"]),
        Heading("五、找谁"),
    ]
    said = f"先找帮扶责任人、网格员和村干部；也可以打电话：{phones_words(place)}。"
    if place.address:
        return [*parts, QrCode(place.address, [said, "扫旁边的二维码，可以申报新的困难、查办到哪一步。"])]
    return [*parts, Paragraphs([said], indent=False)]


def _listed(lines: Sequence[str]) -> Paragraphs:
    return Paragraphs([f"{n}. {line}" for n, line in enumerate(lines, start=1)], indent=False)
