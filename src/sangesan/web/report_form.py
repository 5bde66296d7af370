"""The form of a household's own report: what was sent, what its fields show, and what is wrong with each."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sangesan.files.attaching import Prepared, prepare
from sangesan.files.models import StoredFile
from sangesan.files.pictures import LARGEST
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import tree
from sangesan.self_reports.domain import LONGEST_WORDS, PLAIN_RISKS, Given

RELATIONS: tuple[str | Promise, ...] = (_("家人"), _("亲戚"), _("邻居"), _("村组干部"), _("其他人"))
ORDER = ("place", "risk", "head_name", "identity", "phone", "words", "voice", "proxy_name", "proxy_phone")


@dataclass
class ReportForm:
    """values: by field; faults: by field, in the form's order; groups: (town, [(code, title)]) of the field 地区."""

    values: Mapping[str, str]
    groups: list[tuple[str, list[tuple[str, str]]]]
    risks: Mapping[str, str]
    form: str
    draft: str = ""
    by_proxy: bool = False
    faults: dict[str, Refusal] = field(default_factory=dict)
    refusal: Refusal | None = None

    @property
    def first_fault(self) -> str:
        """The field to which the focus goes."""
        return next((name for name in ORDER if name in self.faults), "")

    @property
    def longest(self) -> int:
        return LONGEST_WORDS

    @property
    def relations(self) -> tuple[str | Promise, ...]:
        return RELATIONS


def empty_form(places: Mapping[str, str], *, grouped: bool, values: Mapping[str, str] | None = None) -> ReportForm:
    """A fresh form with its own number, by which the same form sent twice is known."""
    return ReportForm(values or {}, _groups(places, grouped=grouped), dict(PLAIN_RISKS), str(uuid.uuid4()))


def filled_form(given: QueryDict, places: Mapping[str, str], *, grouped: bool) -> ReportForm:
    """The form as it was sent."""
    made = empty_form(places, grouped=grouped, values={key: given.get(key, "") for key in given})
    made.form = str(form_number(given))
    made.by_proxy = given.get("by_proxy") == "yes"
    risk = given.get("risk", "")
    if risk in RISK_TYPES and risk not in made.risks:
        made.risks = {**made.risks, risk: RISK_TYPES[risk]}
    return made


def form_number(given: QueryDict) -> uuid.UUID:
    """The form's own number; a fresh one for what is none."""
    try:
        return uuid.UUID(given.get("form", ""))
    except ValueError:
        return uuid.uuid4()


def given_of(given: QueryDict) -> Given:
    """What was typed and chosen."""
    texts = {
        name: given.get(name, "")[:2000]
        for name in (
            "head_name",
            "phone",
            "identity",
            "words",
            "place",
            "risk",
            "proxy_name",
            "proxy_phone",
            "proxy_relation",
        )
    }
    return Given(**texts, by_proxy=given.get("by_proxy") == "yes")


def voice_of_file(chosen: Any) -> Prepared | None:
    """The recording that came along, checked; None where there is none. Raises Refusal for what is no recording."""
    if chosen is None or not chosen.size:
        return None
    if chosen.size > LARGEST:
        raise Refusal(
            f"录音有 {chosen.size / 1024 / 1024:.0f} MB，太大了",
            place="录音",
            remedy="请只说最要紧的两三分钟，重新录一段",
        )
    return prepare(chosen.read(), StoredFile.Kind.VOICE)


def _groups(places: Mapping[str, str], *, grouped: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    if not grouped:
        return [("", list(places.items()))]
    by_town: dict[str, list[tuple[str, str]]] = {}
    known = tree()
    for code in places:
        by_town.setdefault(known.names.get(known.town_of(code), ""), []).append((code, known.names[code]))
    return list(by_town.items())
