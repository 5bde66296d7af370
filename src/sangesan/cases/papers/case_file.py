"""A household's case as its papers need it: everything on record, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from sangesan.amendments.queries import parameter_book
from sangesan.assistance.models import Landing, Measure, Need
from sangesan.cases.dossiers import ADULT_AGE, ENTRY_PURPOSES, EXIT_PURPOSES, LINE
from sangesan.cases.models import AgendaItem, Authorisation, Case, Comparison, NoticeCase
from sangesan.cases.papers.context import Asked
from sangesan.cases.permissions import case_for
from sangesan.cases.states import EXITING
from sangesan.files.attaching import attachments_of, content
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.policy.regimes import Regime, load_regimes
from sangesan.registry.domain import age_on
from sangesan.registry.models import Condition, Living, Membership, Person, Residence
from sangesan.registry.sealed_fields import IDENTITY, PHONE
from sangesan.visits.models import Visit

MOST_PHOTOS = 6


@dataclass(frozen=True)
class MemberLine:
    """A member as papers name one. identity, phone: in full where the form shows them, else ""."""

    person: Person
    relation: str
    registered: bool
    condition: Condition
    age: int | None
    identity: str = ""
    phone: str = ""

    @property
    def adult(self) -> bool:
        """Members without a known birth date count as adults."""
        return self.age is None or self.age >= ADULT_AGE


@dataclass
class CaseFile:
    """items: newest agenda item by (kind of meeting, exit); notices: newest by exit; authorisations: by person.

    visit: the newest for where the case stands; line: the monitoring line in fen, None where it is not known.
    signed: what adults drew to authorise, by person; visit_signed: what the household drew at the visit; JPEG bytes.
    """

    case: Case
    regime: Regime
    residence: Residence | None
    living: Living
    members: list[MemberLine]
    visit: Visit | None
    line: int | None
    authorisations: dict[int, Authorisation] = field(default_factory=dict)
    comparison: Comparison | None = None
    items: dict[tuple[str, bool], AgendaItem] = field(default_factory=dict)
    notices: dict[bool, NoticeCase] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    landings: dict[int, list[Landing]] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    photos: list[tuple[str, bytes]] = field(default_factory=list)
    signed: dict[int, bytes] = field(default_factory=dict)
    visit_signed: bytes | None = None

    @property
    def exiting(self) -> bool:
        """Whether the case has turned to elimination (or is past it)."""
        return self.case.exit_on is not None or self.case.state in EXITING

    @property
    def head(self) -> MemberLine | None:
        """The member who is the head; the household's own record names somebody in any case."""
        return next((m for m in self.members if m.relation == "户主"), None)

    @property
    def adults(self) -> list[MemberLine]:
        return [m for m in self.members if m.adult]

    @property
    def group_name(self) -> str:
        return self.residence.group_name if self.residence else ""

    @property
    def helper_name(self) -> str:
        """Name and post of who helps; "" where nobody is named."""
        helper = self.case.helper
        return f"{helper.user.name}（{helper.title}）" if helper and helper.user else helper.title if helper else ""

    @property
    def subject(self) -> str:
        """The regime's word for whom this is about: 监测对象."""
        return self.regime.terms["subject"]


def load_case(asked: Asked, *, personal: bool = False, photos: bool = False) -> CaseFile:
    """The file of a case in the post's reach; raises NotAllowed. personal: with full numbers; photos: of the visit."""
    case = case_for(asked.post, asked.subject)
    on = asked.today
    line = parameter_book().value(LINE, on)
    made = CaseFile(
        case=case,
        regime=load_regimes()[case.regime],
        residence=Residence.objects.filter(household=case.household_id, valid_to=None).order_by("-valid_from").first(),
        living=Living.objects.filter(household=case.household_id, valid_to=None).order_by("-valid_from").first()
        or Living(),
        members=_members(case.household_id, on, personal=personal),
        visit=_visit(case),
        line=int(line.value) if line else None,
    )
    _checking(made)
    _decisions(made)
    _assistance(made)
    if photos and made.visit:
        made.photos = photos_of(f"visit:{made.visit.pk}", {"photo"})
    return made


def load_with_numbers(asked: Asked) -> CaseFile:
    """The file with full identity numbers and phones, for the forms that must show them."""
    return load_case(asked, personal=True)


def load_to_sign(asked: Asked) -> CaseFile:
    """The file with full numbers and what the adults have signed on a screen already."""
    made = load_case(asked, personal=True)
    drawn = _signatures([f"authorisation:{row.pk}" for row in made.authorisations.values()])
    for person, row in made.authorisations.items():
        if picture := drawn.get(f"authorisation:{row.pk}"):
            made.signed[person] = picture
    return made


def load_with_photos(asked: Asked) -> CaseFile:
    """The file with the visit's photos and its signature."""
    made = load_case(asked, photos=True)
    if made.visit:
        subject = f"visit:{made.visit.pk}"
        made.visit_signed = _signatures([subject]).get(subject)
    return made


def people_shown(file: CaseFile) -> list[int]:
    """Whose full numbers such a paper shows."""
    return [m.person.pk for m in file.members if m.identity or m.phone]


def photos_of(subject: str, roles: Collection[str], most: int = MOST_PHOTOS) -> list[tuple[str, bytes]]:
    """The newest photos of a record with what is said of them; one that is gone from the disk is left out."""
    found = []
    for one in [a for a in attachments_of([subject]).get(subject, []) if a.role in roles][-most:]:
        caption = one.note or (f"{one.taken_at:%Y-%m-%d %H:%M}" if one.taken_at else "")
        try:
            found.append((caption, content(one)))
        except Refusal:
            continue
    return found


def _signatures(subjects: Collection[str]) -> dict[str, bytes]:
    """The newest drawn signature of each record; one that is gone from the disk is left out, to be signed by hand."""
    found = {}
    for subject, files in attachments_of(subjects).items():
        for one in [a for a in files if a.role == "signature"][-1:]:
            with suppress(Refusal):
                found[subject] = content(one)
    return found


def _members(household: int, on: date, *, personal: bool) -> list[MemberLine]:
    rows = list(Membership.objects.filter(household=household, valid_to=None).select_related("person"))
    conditions = {
        c.person_id: c for c in Condition.objects.filter(person__in=[r.person_id for r in rows], valid_to=None)
    }
    keys = Keyring.load(settings.HOME) if personal else None
    found = []
    for row in sorted(rows, key=lambda r: (r.relation != "户主", r.kind, r.person.birth_date or date.max, r.pk)):
        p, c = row.person, conditions.get(row.person_id) or Condition()
        if (p.died_on and p.died_on <= on) or (p.left_on and p.left_on <= on):
            continue
        identity = keys.open(IDENTITY, bytes(p.identity_sealed)).decode() if keys and p.identity_sealed else ""
        phone = keys.open(PHONE, bytes(c.phone_sealed)).decode() if keys and c.phone_sealed else ""
        age = age_on(p.birth_date, on) if p.birth_date else None
        found.append(MemberLine(p, row.relation, row.kind == "registered", c, age, identity, phone))
    return found


def _visit(case: Case) -> Visit | None:
    """The newest of the case for where it stands: of elimination once that was proposed, else of identification."""
    exiting = case.exit_on is not None
    wanted = EXIT_PURPOSES if exiting else ENTRY_PURPOSES
    rows = Visit.objects.filter(household=case.household_id, case=case.pk).order_by("-visited_on", "-id")
    since = case.exit_on if exiting else case.began_on
    fitting = (v for v in rows if wanted & set(v.purposes) and (since is None or v.visited_on >= since))
    return next(fitting, None)


def _checking(file: CaseFile) -> None:
    case = file.case
    for row in Authorisation.objects.filter(case=case, round=case.round):
        file.authorisations[row.person_id] = row
    rows = Comparison.objects.filter(case=case, round=case.round).prefetch_related("hits")
    file.comparison = rows.first()


def _decisions(file: CaseFile) -> None:
    case = file.case
    for item in AgendaItem.objects.filter(case=case, round=case.round).select_related("meeting").order_by("id"):
        file.items[item.meeting.kind, item.exit] = item
    for row in NoticeCase.objects.filter(case=case, round=case.round).select_related("notice").order_by("id"):
        file.notices[row.notice.exit] = row


def _assistance(file: CaseFile) -> None:
    household = file.case.household_id
    file.measures = list(
        Measure.objects.filter(household=household).exclude(state="stopped").order_by("begins_on", "id")
    )
    landed: defaultdict[int, list[Landing]] = defaultdict(list)
    for landing in Landing.objects.filter(measure__in=[m.pk for m in file.measures]).order_by("on", "id"):
        landed[landing.measure_id].append(landing)
    file.landings = dict(landed)
    file.needs = list(Need.objects.filter(household=household, met_on=None).order_by("id"))
