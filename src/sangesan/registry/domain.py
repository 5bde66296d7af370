"""Code lists of the national form and decisions about households and people. Sources: docs/sources.md, S43c and S59c."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

RELATIONS = (
    "户主 配偶 之子 之女 之儿媳 之女婿 之孙子 之孙女 之外孙子 之外孙女 之父 之母 之岳父 之岳母 之公公 之婆婆 之祖父 之祖母 "
    "之外祖父 之外祖母 之兄弟姐妹 之曾孙子 之曾孙女 之侄儿 之侄女 之兄弟媳妇 之叔伯 其他"
).split()
EDUCATION = "文盲或半文盲 小学 初中 高中 大专 本科及以上".split()
SCHOOLING = (
    "学龄前儿童 学前教育 小学 七年级 八年级 九年级 普高一年级 普高二年级 普高三年级 中职一年级 中职二年级 中职三年级 "
    "高职高专一年级 高职高专二年级 高职高专三年级 技师学院一年级 技师学院二年级 技师学院三年级 技师学院四年级 "
    "本科一年级 本科二年级 本科三年级 本科四年级 本科五年级 硕士及以上"
).split()
HEALTH = "健康 长期慢性病 患有大病 残疾".split()
LABOUR = "普通劳动力 技能劳动力 弱劳动力或半劳动力 丧失劳动力 无劳动力".split()
ABLE = frozenset(LABOUR[:3])  # who can work, if only in part
POLITICAL = "中共党员 中共预备党员 共青团员 群众".split()
CATEGORIES = "脱贫不稳定户 边缘易致贫户 突发严重困难户".split()
RELOCATION_CAUSES = "易地扶贫搬迁 避险搬迁 因灾搬迁 同步搬迁".split()
STAGES = MappingProxyType({"监测中": "monitoring", "已消除": "eliminated"})
STAGE_TITLES = MappingProxyType({"monitoring": "监测中（风险未消除）", "eliminated": "风险已消除"})
MEMBER_KINDS = MappingProxyType({"户籍": "registered", "共同生活": "living_together"})
HOUSE_GRADES = "A B C D".split()

MULTIPLE = "；"


def age_on(birth: date, on: date) -> int:
    """Full years of age."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def completeness(values: Mapping[str, Any]) -> tuple[int, int, list[str]]:
    """(filled, all, names of what is missing). Missing values are normal and never a reason to refuse."""
    missing = [name for name, value in values.items() if value is None or value == ""]
    return len(values) - len(missing), len(values), missing
