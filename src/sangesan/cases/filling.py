"""What people fill in along the way: authorisations, the village's study, attempts, reasons for warnings, proofs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sangesan.accounts.acting import Act as Entry
from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import holding
from sangesan.cases.checking_records import doubts
from sangesan.cases.dossiers import dossiers
from sangesan.cases.models import Attempt, Authorisation, Case, Irregularity
from sangesan.cases.permissions import case_for, role_in
from sangesan.cases.states import ENDED, EXITING, IDENTIFYING, State
from sangesan.files.attaching import place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.policy.regimes import load_regimes
from sangesan.policy.risks import RISK_TYPES
from sangesan.responsibility.filling import name_assistant

FINGER = "finger"
WAYS = {"finger": "手机上手指签名", "fingerprint": "按手印", "paper": "纸质签名", "link": "外出成员链接签名"}
MOST_RISKS = 5
STUDIED_IN = frozenset({State.CHECKING, State.STUDY})
SHORTEST = 4


@contextmanager
def filled(post: Post, case_id: int, version: int, reason: str = "") -> Iterator[tuple[Case, Entry]]:
    """A case locked for filling in by those who act on it; saved with a new version at the end.

    Raises NotAllowed for who only looks on, Refusal where the case has changed since or has ended.
    """
    with acting(post, "cases.fill", on=f"case:{case_id}", reason=reason.strip()) as entry:
        case = case_for(post, case_id, lock=True)
        if not role_in(case, post):
            raise NotAllowed("这一件由户籍村所在的镇村和县专班办理", remedy="您可以登记入户和共商，材料请交经办的镇村")
        if case.row_version != version:
            raise Refusal("您打开页面之后这一件有了变动", remedy="请刷新页面看过新情况后再登记")
        if case.state in ENDED:
            raise Refusal("这一件已经办结", remedy="情况有变请另立新件")
        yield case, entry
        case.row_version += 1
        case.save()


def authorise(
    *,
    post: Post,
    case_id: int,
    version: int,
    people: Sequence[int],
    way: str,
    on: date,
    today: date,
    now: datetime,
    written_by: str = "",
    read_out: bool = False,
    paper: int | None = None,
    signature: bytes | None = None,
    scans: Sequence[bytes] = (),
) -> list[Authorisation]:
    """Adults' promise and authorisation, signed in one way; who has authorised in this round already is left as is.

    signature: the picture of what one adult drew on the screen; scans: photographed pages with what was signed or
    pressed on paper. Whoever signs by a proxy writer must have had it read out. Raises Refusal for somebody who is no
    adult member, and for a signature on the screen that is none or that would stand for several.
    """
    if way == FINGER and (not signature or len(people) != 1):
        raise Refusal(
            "手指签名要本人在框内签" if not signature else "手指签名一次签一个人",
            place="承诺授权",
            remedy="请只勾选签名的本人，在框内签名；多人一起办的，按手印后附签字页照片",
        )
    pages = [prepare(scan, StoredFile.Kind.SCAN) for scan in scans]
    drawn = prepare(signature, StoredFile.Kind.SIGNATURE) if way == FINGER and signature else None
    with filled(post, case_id, version) as (case, entry):
        granted = grant(
            case, people, way=way, on=on, today=today, now=now, who=post.title, written_by=written_by,
            read_out=read_out, paper=paper, entry=entry,
        )  # fmt: skip
        for one in granted:
            subject = f"authorisation:{one.pk}"
            for page in pages:
                place(page, name="签字页.jpg", subject=subject, role="scan", added_by=post.pk, now=now)
            if drawn:
                place(drawn, name="签名.jpg", subject=subject, role="signature", added_by=post.pk, now=now)
    return granted


def grant(
    case: Case,
    people: Sequence[int],
    *,
    way: str,
    on: date,
    today: date,
    now: datetime,
    who: str,
    written_by: str = "",
    read_out: bool = False,
    paper: int | None = None,
    entry: Entry | None = None,
) -> list[Authorisation]:
    """The rows themselves, in the caller's transaction."""
    (dossier,) = dossiers([case], on)
    strangers = set(people) - set(dossier.adults)
    if way not in WAYS:
        raise Refusal("没有选择签名方式", place="承诺授权", remedy=f"可选：{'、'.join(WAYS.values())}")
    if not people or strangers:
        raise Refusal("请勾选签名的成年成员", place="承诺授权", remedy="只有在册、健在、未迁出的成年成员需要授权")
    if on > today or on < case.began_on:
        raise Refusal("授权日期不对", place="承诺授权", remedy=f"请填 {case.began_on.isoformat()} 至今天之间的日期")
    if written_by.strip() and not read_out:
        raise Refusal("代写的须向本人宣读", place="承诺授权", remedy="请宣读后勾选“已向本人宣读”，由本人按手印")
    fresh = [p for p in people if p not in dossier.authorised]
    if entry:
        entry.detail = {"people": fresh, "way": way}
    return Authorisation.objects.bulk_create(
        Authorisation(
            case=case, round=case.round, person_id=person, way=way, on=on, recorded_at=now, post_title=who,
            written_by=written_by.strip(), read_out=read_out, paper=paper,
        )
        for person in fresh
    )  # fmt: skip


def study(
    *,
    post: Post,
    case_id: int,
    version: int,
    category: str,
    risks: Sequence[str],
    helper_id: int | None,
    today: date,
    now: datetime,
) -> Case:
    """The village's study: category and risks confirmed by a person, in order, and the post that helps.

    First measures are planned through assistance. Raises Refusal for what the regime or the code list does not know.
    """
    with filled(post, case_id, version) as (case, entry):
        if case.state not in STUDIED_IN:
            raise Refusal("类别和风险在研判时认定", place="研判", remedy="提交评议以后要改，请先退回")
        known = {c.code for c in load_regimes()[case.regime].categories}
        if category not in known:
            raise Refusal("没有选择类别", place="监测对象类别", remedy="系统的建议供参考，由您认定")
        ordered = list(dict.fromkeys(r for r in risks if r))
        if not ordered or len(ordered) > MOST_RISKS or not set(ordered) <= set(RISK_TYPES):
            raise Refusal("请选一至五项风险类型", place="风险类型", remedy="按主次排列，第一项为主要风险")
        helper = holding(today).filter(pk=helper_id or 0).first()
        if helper is None:
            raise Refusal("没有明确帮扶责任人", place="帮扶责任人", remedy="请从在任的岗位中选一名")
        case.category, case.risks, case.helper = category, ordered, helper
        name_assistant(case.household, helper, on=today, now=now)
        entry.detail = {"category": category, "risks": ordered, "helper": helper.pk}
    return case


def tried_to_reach(
    *, post: Post, case_id: int, version: int, on: date, how: str, whom: str, result: str, today: date, now: datetime
) -> Attempt:
    """An attempt to reach somebody of the household; what was tried is kept even where it failed."""
    with filled(post, case_id, version) as (case, _):
        if not (how.strip() and whom.strip() and result.strip()):
            raise Refusal("联系经过不完整", place="联系登记", remedy="请写明方式、联系谁、结果")
        if on > today:
            raise Refusal("联系日期晚于今天", place="联系登记", remedy=f"请填 {today.isoformat()} 或更早的日期")
        return Attempt.objects.create(
            case=case, round=case.round, on=on, how=how.strip()[:60], whom=whom.strip()[:60],
            result=result.strip()[:200], post_title=post.title, recorded_at=now,
        )  # fmt: skip


def give_reason(
    *, post: Post, case_id: int, version: int, code: str, reason: str, today: date, now: datetime
) -> Irregularity:
    """Why a warning stands and is right all the same; counted later by supervision, never deleted."""
    with filled(post, case_id, version, reason) as (case, _):
        found = {d.code: d for d in doubts(dossiers([case], today))[case.pk]}
        if code not in found:
            raise Refusal("这条提醒已经消失", place="提醒", remedy="请刷新页面")
        if len(reason.strip()) < SHORTEST:
            raise Refusal("没有写清理由", place="提醒", remedy="请写明实际情况；能改正的请先改正，提醒会自行消失")
        row, _made = Irregularity.objects.update_or_create(
            case=case, round=case.round, code=code, subject="",
            defaults={
                "sentence": found[code].sentence[:300], "gone_on": None, "reason": reason.strip()[:300],
                "reasoned_by": post.title, "reasoned_at": now,
            },
            create_defaults={
                "sentence": found[code].sentence[:300], "reason": reason.strip()[:300], "reasoned_by": post.title,
                "reasoned_at": now, "raised_on": today,
            },
        )  # fmt: skip
    return row


def note_gone(*, post: Post, case_id: int, version: int, proof: str) -> Case:
    """What proves that the household died out or moved away as a whole: needed before it is a natural decrease."""
    with filled(post, case_id, version) as (case, _):
        if len(proof.strip()) < SHORTEST:
            raise Refusal("没有写明依据", place="死亡或迁出的依据", remedy="如“派出所户籍注销证明，2022-08-30”")
        case.gone_proof = proof.strip()[:200]
    return case


def set_national_number(*, post: Post, case_id: int, version: int, number: str) -> Case:
    """The number that the national system gave, typed where its list has not been imported yet."""
    with filled(post, case_id, version) as (case, entry):
        if case.state not in {State.ENTRY, State.ASSISTED, *EXITING} or case.state in IDENTIFYING[:-1]:
            raise Refusal("还没有到录入一步", remedy="县级审定、公告之后登记国家系统编号")
        plain = number.strip().upper()
        if not (8 <= len(plain) <= 30 and plain.isalnum()):
            raise Refusal("编号应为8至30位数字或字母", place="国家系统编号", remedy="请照国家系统中的编号填写，或导入其清单")
        other = Case.objects.filter(national_number=plain).exclude(pk=case.pk).select_related("household").first()
        if other is not None:
            raise Refusal(
                f"编号已登记在{other.household.head_name}户名下", place="国家系统编号", remedy="一户一个编号，请核对"
            )
        case.national_number = plain
        entry.detail = {"national_number": plain}
    return case
