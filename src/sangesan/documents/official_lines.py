"""How the few large lines of an official paper are broken and sized: titles, red organs, offices over their seals."""

import re

from sangesan.documents.form import RedHead, width_of

LONGEST_OVER_SEAL = 12
BREAKS_BEFORE = ("工作", "领导小组", "人民政府", "委员会")
# words of such titles that a line is not broken within
WHOLE_WORDS = (
    "关于", "巩固", "拓展", "脱贫攻坚", "成果", "乡村振兴", "有效衔接", "工作", "督查", "情况", "通报", "防返贫", "动态", "监测", "帮扶",
    "预警", "机制", "问题", "线索", "移交", "整改", "专项", "调度", "会议", "纪要", "通知", "决定", "表扬", "问责", "考核", "结果", "月份",
    "主要", "负责人", "进行", "提醒", "谈话", "批评",
    "季度", "安全", "饮水", "产业", "项目", "危房", "改造", "灾后", "重建", "的", "单位", "个人", "干部", "先进", "更正",
)  # fmt: skip


def joint_size(head: RedHead, points: float) -> float:
    """The size of the red organs of a joint head, with their suffix beside them, in a line of `points`."""
    widest = max((width_of(organ) for organ in head.organs), default=1)
    beside = width_of(head.suffix) + 1 if head.suffix else 0
    return max(16.0, min(44.0, points * 0.97 // max(widest + beside, 1)))


def under_a_seal(organ: str) -> list[str]:
    """An office's name as it stands over its seal: in two lines where it is long, broken before a word if possible."""
    if len(organ) <= LONGEST_OVER_SEAL:
        return [organ]
    places = [match.start() for word in BREAKS_BEFORE for match in re.finditer(word, organ) if match.start() > 3]
    at = min(places, key=lambda place: abs(place - len(organ) / 2), default=-(-len(organ) // 2))
    return [organ[:at], organ[at:]]


def title_lines(title: str, characters: int) -> list[str]:
    """A title as lines of at most about so many characters, evenly long, not broken within a word that is known."""
    count = -(-int(width_of(title) + 0.99) // characters)
    lines, rest = [], title
    for left in range(count, 1, -1):
        inside = {at for word in WHOLE_WORDS for m in re.finditer(word, rest) for at in range(m.start() + 1, m.end())}
        inside |= {
            m.start() for m in re.finditer("[的、，）》局镇村县办组室人员户]", rest)
        }  # none of them begins a line
        inside |= {m.end() for m in re.finditer("[（《]", rest)}
        inside |= {at for m in re.finditer("[0-9A-Za-z]+[年月日期号]*", rest) for at in range(m.start() + 1, m.end())}
        places = [at for at in range(2, len(rest) - 1) if at not in inside and width_of(rest[:at]) <= characters]
        ideal = len(rest) / left
        at = min(places, key=lambda place: abs(place - ideal), default=int(ideal))
        lines.append(rest[:at])
        rest = rest[at:]
    return [*lines, rest]
