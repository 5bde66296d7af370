"""What a household's own report is, which fields are not in order, how it is attached, and what its reporter is told.

Plain Python: no Django, no clock.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sangesan.kernel.identity_number import IdentityNumber, clean, parse
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES

SHORTEST_WORDS = 4  # characters; fewer say nothing that a visitor could look for
LONGEST_WORDS = 500
LONGEST_NAME = 30
LAST_DIGITS = 4
RECEIPT_DIGITS = 10
_PHONE = re.compile(r"1[0-9]{10}|0[0-9]{9,11}|[2-9][0-9]{6,7}")


class State(StrEnum):
    """new: kept, not looked up yet; doubtful: a person chooses the household; unregistered: nobody like that in the
    register, the town looks; verified: somebody was there, the household exists and is to be added to the register;
    child: reported by a child, a person looks; sent: attached, its clue is with the village; answered: closed by a
    person with a reason.
    """

    NEW = "new"
    DOUBTFUL = "doubtful"
    UNREGISTERED = "unregistered"
    VERIFIED = "verified"
    CHILD = "child"
    SENT = "sent"
    ANSWERED = "answered"


STATES = {
    State.NEW: "待受理",
    State.DOUBTFUL: "待核对是哪一户",
    State.UNREGISTERED: "底册中没有，待镇核实",
    State.VERIFIED: "已核实，待补入底册",
    State.CHILD: "孩子申报，待人核实",
    State.SENT: "已转村核查",
    State.ANSWERED: "已答复",
}
WAITING = (State.NEW, State.DOUBTFUL, State.UNREGISTERED, State.CHILD)
ATTACHABLE = (*WAITING, State.VERIFIED)


class Finding(StrEnum):
    """What somebody found who went to look for a household that is not in the register."""

    OURS = "ours"
    LIVES_HERE = "lives_here"
    NOT_OURS = "not_ours"
    NOT_REAL = "not_real"


FINDINGS = {
    Finding.OURS: "是本县的户，底册漏了",
    Finding.LIVES_HERE: "常住这里，户口在外地",
    Finding.NOT_OURS: "户口和居住都不在本县",
    Finding.NOT_REAL: "没有这一户",
}
TO_REGISTER = (Finding.OURS, Finding.LIVES_HERE)
# The answer by which a report is closed whose household is none of the county's.
ANSWER_OF_FINDING = {Finding.NOT_OURS: "not_ours", Finding.NOT_REAL: "not_found"}


class Way(StrEnum):
    """How a report came in."""

    QR = "qr"
    PROXY = "proxy"
    WINDOW = "window"
    PHONE = "phone"


WAYS = {Way.QR: "手机扫码", Way.PROXY: "手机代报", Way.WINDOW: "窗口代录", Way.PHONE: "电话代录"}
TAKEN_BY_PERSON = (Way.WINDOW, Way.PHONE)

# The article's and the Anhui form's risks in a farmer's words; the codes are those of policy/risks.py.
PLAIN_RISKS: Mapping[str, str] = {
    "01": "家里有人生病",
    "03": "家里有人残疾",
    "09": "上学负担重",
    "05": "出了意外事故",
    "0299": "遭了灾（水、旱、滑坡等）",
    "06": "种养或生意赔了",
    "07": "没活干、工资拿不到",
    "04": "家里没有能干活的人",
    "H1": "房子不安全",
    "H2": "吃水困难",
    "99": "其他困难，说不清选这个",
}

# Why a report was closed or not taken into monitoring: the only words that the public progress page shows.
ANSWERS: Mapping[str, str] = {
    "no_risk": "入户核查后，目前没有返贫致贫的风险",
    "above": "家庭收入和支出核算后，不在当年的监测范围内",
    "helped": "困难已经由现有政策解决，不需要再纳入",
    "other_policy": "这件事由别的部门办理，已经转去并会联系您",
    "not_ours": "户口和居住都不在本县，请向户口所在地申报",
    "not_them": "联系后，这一户说没有申报",
    "not_found": "照填的姓名和地方去找，没有找到这一户；填错了的请重新申报",
    "same": "和先前的一次申报是同一件事，一并办理",
    "withdrawn": "申报人说不再需要",
    "child_cared": "已经联系家里的大人，并请儿童主任上门看望",
}
NOT_TAKEN_IN = frozenset({"no_risk", "above", "helped"})


class Standing(StrEnum):
    """How far a report is, in the neutral words that may be shown without an account."""

    RECEIVED = "received"
    LOOKED_UP = "looked_up"
    SENT = "sent"
    VISITED = "visited"
    PROCEDURE = "procedure"
    NOTICE = "notice"
    TAKEN_IN = "taken_in"
    NOT_TAKEN_IN = "not_taken_in"
    CLOSED = "closed"


STANDINGS = {
    Standing.RECEIVED: "已收到",
    Standing.LOOKED_UP: "已收到，工作人员正在核对",
    Standing.SENT: "已转村核查",
    Standing.VISITED: "已入户",
    Standing.PROCEDURE: "程序中",
    Standing.NOTICE: "公示中",
    Standing.TAKEN_IN: "已纳入",
    Standing.NOT_TAKEN_IN: "未纳入",
    Standing.CLOSED: "已答复",
}
WAY_OF_ALL = (
    Standing.RECEIVED, Standing.SENT, Standing.VISITED, Standing.PROCEDURE, Standing.NOTICE, Standing.TAKEN_IN,
)  # fmt: skip
_OF_CASE = {
    "notice": Standing.NOTICE,
    "not_qualified": Standing.NOT_TAKEN_IN,
    "withdrawn": Standing.CLOSED,
    "natural_decrease": Standing.CLOSED,
}


@dataclass(frozen=True)
class Given:
    """The form as typed. place: a grid's or a village's code; proxy fields stay empty for one's own report."""

    head_name: str
    phone: str
    identity: str
    words: str
    place: str
    risk: str
    proxy_name: str = ""
    proxy_phone: str = ""
    proxy_relation: str = ""
    by_proxy: bool = False


@dataclass(frozen=True)
class Sound:
    """The form in order: cleaned, the identity number parsed. identity None, phone "": not given, by a clerk only."""

    head_name: str
    phone: str
    identity: IdentityNumber | None
    words: str
    place: str
    risk: str
    proxy_name: str = ""
    proxy_phone: str = ""
    proxy_relation: str = ""


def clean_name(text: str) -> str:
    """A name without any white space, full width made half."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def clean_phone(text: str) -> str:
    """A phone number's digits; +86 and separators dropped."""
    digits = re.sub(r"[\s\-—–_()（）]+", "", unicodedata.normalize("NFKC", text))
    return digits.removeprefix("+86").removeprefix("0086")


def faults(given: Given, *, places: Collection[str], voice: bool, clerk: bool = False) -> dict[str, Refusal]:
    """What is not in order, by the field's name: every fault at once, so that nobody mends them one by one.

    places: codes that may be chosen; voice: a recording stands in for the words; clerk: a person takes it down from
    somebody at the window or on the telephone, who may not know an identity number and may have no phone.
    """
    found: dict[str, Refusal] = {}
    if fault := _name_fault(given.head_name, "户主姓名"):
        found["head_name"] = fault
    if fault := _phone_fault(given.phone, clerk=clerk):
        found["phone"] = fault
    if fault := _identity_fault(given.identity, clerk=clerk):
        found["identity"] = fault
    words = given.words.strip()
    if len(words) < SHORTEST_WORDS and not voice:
        found["words"] = Refusal(
            "还没有写家里的困难",
            place="家庭困难情况",
            remedy="请记下申报人说的一两句话，如“父亲住院花了两万多”"
            if clerk
            else "写一两句就行，如“父亲住院花了两万多”；不方便打字可以录音",
        )
    if len(words) > LONGEST_WORDS:
        found["words"] = Refusal(
            f"写了{len(words)}个字，太长了", place="家庭困难情况", remedy=f"请写最要紧的，{LONGEST_WORDS}字以内"
        )
    if given.place not in places:
        found["place"] = Refusal("还没有选地区", place="地区", remedy="请选您家所在的小组或村")
    if given.risk not in RISK_TYPES:
        found["risk"] = Refusal("还没有选困难类型", place="困难类型", remedy="请选最接近的一项，说不清选“其他困难”")
    if given.by_proxy:
        if fault := _name_fault(given.proxy_name, "您的姓名"):
            found["proxy_name"] = fault
        if fault := _phone_fault(given.proxy_phone, clerk=clerk):
            found["proxy_phone"] = fault
    return found


def sound(given: Given) -> Sound:
    """The form's values cleaned; to be called where `faults` found none."""
    return Sound(
        head_name=clean_name(given.head_name),
        phone=clean_phone(given.phone),
        identity=parse(given.identity) if clean(given.identity) else None,
        words=given.words.strip(),
        place=given.place,
        risk=given.risk,
        proxy_name=clean_name(given.proxy_name) if given.by_proxy else "",
        proxy_phone=clean_phone(given.proxy_phone) if given.by_proxy else "",
        proxy_relation=given.proxy_relation.strip()[:20] if given.by_proxy else "",
    )


def _name_fault(text: str, place: str) -> Refusal | None:
    name = clean_name(text)
    if not name:
        return Refusal("还没有填", place=place, remedy="请照户口簿或身份证上的名字填")
    if len(name) > LONGEST_NAME or any(c.isdecimal() for c in name):
        return Refusal("不像一个人的名字", place=place, remedy="请只填名字，不带数字和说明")
    return None


def _phone_fault(text: str, *, clerk: bool) -> Refusal | None:
    digits = clean_phone(text)
    if not digits and clerk:
        return None
    if not digits:
        return Refusal("还没有填", place="手机号", remedy="没有手机的，填家里座机或可以转告的人的电话")
    if not _PHONE.fullmatch(digits):
        return Refusal(
            f"号码有{len(digits)}位，不像电话号码" if digits.isdecimal() else "号码里有不是数字的字",
            place="手机号",
            remedy="请向申报人再问一遍；没有电话的可以不填" if clerk else "手机号是1开头的11位数字，请再看一遍",
        )
    return None


def _identity_fault(text: str, *, clerk: bool) -> Refusal | None:
    if not clean(text) and clerk:
        return None
    if not clean(text):
        return Refusal("还没有填", place="身份证号", remedy="身份证号在身份证正面、户口簿和医保卡上都能找到")
    try:
        parse(text)
    except Refusal as refusal:
        remedy = "请向申报人再问一遍；问不到的清空这一项，按姓名和村来找" if clerk else "请对照身份证或户口簿再看一遍，别的不用重填"
        return Refusal(refusal.message, place="身份证号", remedy=remedy)
    return None


def is_child(born: date, on: date, under: int) -> bool:
    """Whether somebody born on a day has not yet reached an age."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < under


# --- receipts -------------------------------------------------------------------------------------------------------


def receipt_of(nine: int) -> str:
    """The receipt number of nine random digits: a tenth checks them (ISO 7064 MOD 11,10), so that it can be told by
    phone: one wrong digit and nearly every swap is found.
    """
    if not 0 <= nine < 10 ** (RECEIPT_DIGITS - 1):
        raise ValueError(nine)
    digits = f"{nine:0{RECEIPT_DIGITS - 1}d}"
    return digits + _check(digits)


def parse_receipt(text: str) -> str:
    """The ten digits of a receipt number as typed; raises Refusal where one of them must be wrong."""
    digits = re.sub(r"[\s\-—–]+", "", unicodedata.normalize("NFKC", text))
    remedy = "受理号是10位数字，在申报成功的那一页上，电话里和窗口也会告诉您"
    if not re.fullmatch(rf"[0-9]{{{RECEIPT_DIGITS}}}", digits):
        raise Refusal("受理号不是10位数字", place="受理号", remedy=remedy)
    if _check(digits[:-1]) != digits[-1]:
        raise Refusal("受理号至少有一位写错了", place="受理号", remedy=remedy)
    return digits


def shown_receipt(digits: str) -> str:
    """As people read it out: 482 719 3605."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def _check(digits: str) -> str:
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


# --- attaching ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """Somebody in the register who may be meant: household, own name, the head's name, and by what they were found."""

    household: int
    name: str
    head_name: str
    by_number: bool


@dataclass(frozen=True)
class Match:
    """household: where it is sure; candidates: households to choose from where it is not."""

    household: int | None
    candidates: tuple[int, ...] = ()

    @property
    def state(self) -> State:
        """The state that a report gets by it."""
        if self.household is not None:
            return State.SENT
        return State.DOUBTFUL if self.candidates else State.UNREGISTERED


def match(head_name: str, known: Sequence[Known]) -> Match:
    """Sure by identity number and name together (the number's own name, or its household's head); the number or the
    name alone is for a person to decide.
    """
    sure = {k.household for k in known if k.by_number and head_name in {k.name, k.head_name}}
    if len(sure) == 1:
        return Match(sure.pop())
    return Match(None, tuple(dict.fromkeys(k.household for k in known)))


# --- what the reporter is told --------------------------------------------------------------------------------------


def standing(
    *, state: State, confirmed: bool, clue: str = "", visited: bool = False, case: str = "", answer: str = ""
) -> Standing:
    """How far it is. confirmed: the village has made sure that the household itself (or its proxy) reported.

    Until then nothing beyond the sending is told: whoever knows a neighbour's identity number could otherwise learn how
    that household stands by reporting in its name.
    """
    if state == State.ANSWERED and answer:
        return Standing.NOT_TAKEN_IN if answer in NOT_TAKEN_IN else Standing.CLOSED
    if state == State.NEW:
        return Standing.RECEIVED
    if state == State.VERIFIED:
        return Standing.SENT
    if state != State.SENT:
        return Standing.LOOKED_UP
    if not confirmed:
        return Standing.SENT
    if case:
        return _of_case(case)
    if clue == "cleared":
        return Standing.NOT_TAKEN_IN
    return Standing.VISITED if visited or clue == "confirmed" else Standing.SENT


def _of_case(case: str) -> Standing:
    if case in _OF_CASE:
        return _OF_CASE[case]
    taken_in = case in {"entry", "assisted", "tracked"} or case.startswith("exit_")
    return Standing.TAKEN_IN if taken_in else Standing.PROCEDURE
