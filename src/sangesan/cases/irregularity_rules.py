"""What makes a record irregular, as one table: minutes, notices, photos, and whether its parts fit together.

Evidence rules: the article's inspectors and domain 6.3. Consistency: domain 6.4 (scripts of third parties, S85c to S102c,
told again). Each is a warning with a box for the reason, for reality does contain exceptions. Plain Python.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sangesan.kernel.money import format_yuan
from sangesan.registry.domain import ABLE

WORKING_AGE = (16, 59)
ILLNESS, DISABILITY, NO_LABOUR, UNSTABLE_WORK, HOUSE, WATER = "01", "03", "04", "07", "H1", "H2"
EMPLOYMENT, PUBLIC_POST, INDUSTRY = "100A40", "100A42", "100A39"


@dataclass(frozen=True)
class MemberFacts:
    """A living, present member. age None: not known; texts as the national form has them."""

    relation: str
    sex: str
    age: int | None
    health: str
    labour: str
    schooling: str
    work_place: str
    work_months: int | None
    insurance: str
    subsistence: bool | None
    destitute: bool | None

    @property
    def able(self) -> bool:
        return self.labour in ABLE

    @property
    def disabled(self) -> bool:
        return "残疾" in self.health


@dataclass(frozen=True)
class RecordFacts:
    """What the rules look at. None: not there (yet); such a rule is silent. Dates are those on the papers."""

    members: tuple[MemberFacts, ...] = ()
    risks: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    mismatches: tuple[str, ...] = ()
    enrolled: bool = False
    helped_before: int = 0
    exiting: bool = False
    authorised_unseen: int = 0
    visited_on: date | None = None
    visit_photos: int = 0
    tests: Mapping[str, bool | None] | None = None
    business_income: int | None = None
    appraised_on: date | None = None
    expected: int | None = None
    present: int | None = None
    quorum_percent: int = 0
    minutes: bool = False
    minutes_twins: int = 0
    appraisal_photos: int = 0
    posted_on: date | None = None
    until: date | None = None
    notice_days: int = 0
    notice_photos_begin: int = 0
    notice_photos_end: int = 0
    taken_down_on: date | None = None
    decided_on: date | None = None
    enrolled_on: date | None = None
    income_per_head: int | None = None
    line: int | None = None


Rule = Callable[[RecordFacts], str | None]


def _minutes_before_visit(f: RecordFacts) -> str | None:
    if f.appraised_on and f.visited_on and f.appraised_on < f.visited_on:
        return f"民主评议（{f.appraised_on}）早于入户核查（{f.visited_on}）"
    return None


def _short_notice(f: RecordFacts) -> str | None:
    end = f.taken_down_on or f.until
    if f.posted_on and end and (end - f.posted_on).days < f.notice_days:
        return f"公示 {f.posted_on} 至 {end} 只有{(end - f.posted_on).days}天，少于{f.notice_days}天"
    return None


def _quorum(f: RecordFacts) -> str | None:
    if f.expected and f.present is not None and f.present * 100 < f.expected * f.quorum_percent:
        return f"评议应到{f.expected}人、实到{f.present}人，不足{f.quorum_percent}%"
    return None


def _attendance_unknown(f: RecordFacts) -> str | None:
    return "评议记录没有写应到或实到人数" if f.appraised_on and not (f.expected and f.present) else None


def _same_minutes(f: RecordFacts) -> str | None:
    return f"评议记录与另外{f.minutes_twins}次会议文字相同" if f.minutes_twins else None


def _decided_early(f: RecordFacts) -> str | None:
    if f.decided_on and f.until and f.decided_on < f.until:
        return f"审定（{f.decided_on}）早于公示期满（{f.until}）"
    return None


def _no_visit_photo(f: RecordFacts) -> str | None:
    return "入户没有照片" if f.visited_on and not f.visit_photos else None


def _no_appraisal_photo(f: RecordFacts) -> str | None:
    return "民主评议没有照片" if f.appraised_on and not f.appraisal_photos else None


def _no_notice_photo(f: RecordFacts) -> str | None:
    return "公示张贴时没有照片" if f.posted_on and not f.notice_photos_begin else None


def _no_end_photo(f: RecordFacts) -> str | None:
    return "公示期满撤榜时没有照片" if f.taken_down_on and not f.notice_photos_end else None


def _measures_answer_risks(f: RecordFacts) -> str | None:
    return "；".join(f.mismatches) if f.groups and f.mismatches else None


def _disability_without(f: RecordFacts) -> str | None:
    return "风险是因残，而没有残疾成员" if DISABILITY in f.risks and not any(m.disabled for m in f.members) else None


def _labour_after_all(f: RecordFacts) -> str | None:
    able = sum(m.able for m in f.members)
    if NO_LABOUR in f.risks and len(f.members) >= 4 and able * 2 >= len(f.members):
        return f"风险是缺劳动力，而{len(f.members)}人中有{able}人能劳动"
    return None


def _work_without_worker(f: RecordFacts) -> str | None:
    if UNSTABLE_WORK in f.risks and not any(m.able for m in f.members):
        return "风险是务工就业不稳，而没有人能劳动"
    if UNSTABLE_WORK in f.risks and not any(m.work_place or m.work_months for m in f.members):
        return "风险是务工就业不稳，而没有任何务工信息"
    return None


def _job_measure_without_worker(f: RecordFacts) -> str | None:
    if f.groups & {EMPLOYMENT, PUBLIC_POST} and not any(m.able for m in f.members):
        return "安排了就业或公益岗位帮扶，而没有人能劳动"
    return None


def _industry_without_income(f: RecordFacts) -> str | None:
    if f.exiting and INDUSTRY in f.groups and f.business_income == 0:
        return "有产业帮扶，而消除时没有生产经营性收入"
    return None


def _water_not_named(f: RecordFacts) -> str | None:
    problem = f.tests is not None and f.tests.get("water") is False
    return "饮水有问题，而风险类型没有因安全饮水" if problem and WATER not in f.risks and f.risks else None


def _house_not_named(f: RecordFacts) -> str | None:
    problem = f.tests is not None and f.tests.get("housing") is False
    return "住房有问题，而风险类型没有因安全住房" if problem and HOUSE not in f.risks and f.risks else None


def _uninsured_not_named(f: RecordFacts) -> str | None:
    problem = f.tests is not None and f.tests.get("insurance") is False
    return "有成员未参保，而风险类型没有因病" if problem and ILLNESS not in f.risks and f.risks else None


def _able_called_unable(f: RecordFacts) -> str | None:
    odd = sum(
        1
        for m in f.members
        if m.age is not None and WORKING_AGE[0] <= m.age <= WORKING_AGE[1] and m.health == "健康" and not m.schooling
        and m.labour in {"无劳动力", "丧失劳动力"}
    )  # fmt: skip
    return f"有{odd}人16至59岁、健康、不在校，却登记为没有劳动力" if odd else None


def _unable_works_away(f: RecordFacts) -> str | None:
    odd = sum(1 for m in f.members if m.labour == "无劳动力" and (m.work_months or 0) > 0)
    return f"有{odd}人登记为无劳动力，却在务工" if odd else None


def _family(f: RecordFacts) -> str | None:
    spouses = [m for m in f.members if m.relation == "配偶"]
    heads = [m for m in f.members if m.relation == "户主"]
    if len(spouses) > 1:
        return f"登记了{len(spouses)}名配偶"
    if heads and spouses and heads[0].sex and heads[0].sex == spouses[0].sex:
        return "户主与配偶登记为同一性别"
    return None


def _not_covered(f: RecordFacts) -> str | None:
    if not f.members or any(m.able for m in f.members) or any(not m.labour for m in f.members):
        return None
    covered = any(m.subsistence or m.destitute for m in f.members)
    return None if covered else "整户没有劳动力，而没有人享受低保或特困"


def _eliminated_below_line(f: RecordFacts) -> str | None:
    if f.exiting and None not in (f.income_per_head, f.line) and (f.income_per_head or 0) <= (f.line or 0):
        return f"拟消除，而人均{format_yuan(f.income_per_head or 0)}元不高于监测范围{format_yuan(f.line or 0)}元"
    return None


def _helped_outside(f: RecordFacts) -> str | None:
    if f.helped_before:
        return f"审定之前已落实{f.helped_before}项帮扶，又没有开绿色通道"
    return None


def _authorised_unseen(f: RecordFacts) -> str | None:
    if f.authorised_unseen and not f.enrolled:
        return f"{f.authorised_unseen}人按手印或纸质授权，没有签字页照片"
    return None


RULES: Mapping[str, tuple[str, Rule]] = {
    "minutes_before_visit": ("评议早于入户", _minutes_before_visit),
    "short_notice": ("公示不足天数", _short_notice),
    "below_quorum": ("评议到会不足", _quorum),
    "attendance_unknown": ("评议人数不全", _attendance_unknown),
    "same_minutes": ("评议记录雷同", _same_minutes),
    "decided_early": ("审定早于公示期满", _decided_early),
    "no_visit_photo": ("入户无照片", _no_visit_photo),
    "no_appraisal_photo": ("评议无照片", _no_appraisal_photo),
    "no_notice_photo": ("公示无照片", _no_notice_photo),
    "no_end_photo": ("撤榜无照片", _no_end_photo),
    "authorised_unseen": ("授权无签字页", _authorised_unseen),
    "risk_without_measure": ("风险与措施不对应", _measures_answer_risks),
    "no_disabled_member": ("因残而无残疾成员", _disability_without),
    "labour_after_all": ("缺劳动力而劳力不少", _labour_after_all),
    "work_without_worker": ("务工不稳而无人务工", _work_without_worker),
    "job_without_worker": ("就业帮扶而无人能劳动", _job_measure_without_worker),
    "industry_without_income": ("产业帮扶而无经营收入", _industry_without_income),
    "water_not_named": ("饮水问题未列风险", _water_not_named),
    "house_not_named": ("住房问题未列风险", _house_not_named),
    "uninsured_not_named": ("未参保未列风险", _uninsured_not_named),
    "able_called_unable": ("健康青壮年登记为无劳力", _able_called_unable),
    "unable_works_away": ("无劳力者在务工", _unable_works_away),
    "family_odd": ("家庭关系有误", _family),
    "no_cover": ("无劳力户未兜底", _not_covered),
    "helped_outside": ("先帮扶后审定", _helped_outside),
    "income_below_line": ("消除时收入不达标", _eliminated_below_line),
}
RULE_TITLES = {code: title for code, (title, _) in RULES.items()}


def irregular(facts: RecordFacts) -> dict[str, str]:
    """The rules that a record breaks: code -> what is wrong, in the order of the table."""
    return {code: sentence for code, (_, rule) in RULES.items() if (sentence := rule(facts))}
