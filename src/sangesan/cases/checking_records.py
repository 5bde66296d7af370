"""Holding records against the rules as people work: new warnings are raised, those that were mended go by themselves."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.assistance.catalogue import catalogue
from sangesan.assistance.domain import mismatch
from sangesan.cases.dossiers import Dossier
from sangesan.cases.irregularity_rules import RULE_TITLES, RecordFacts, irregular
from sangesan.cases.models import AgendaItem, Case, Irregularity, Meeting, NoticeCase
from sangesan.cases.states import EXITING
from sangesan.files.models import Attachment
from sangesan.policy.regimes import load_regimes

ON_PAPER = frozenset({"fingerprint", "paper"})


@dataclass(frozen=True)
class Doubt:
    """One warning as it stands: code, what is wrong, and the reason somebody gave ("" for none yet)."""

    code: str
    sentence: str
    reason: str = ""
    reasoned_by: str = ""

    @property
    def title(self) -> str:
        return RULE_TITLES[self.code]


def doubts(made: Sequence[Dossier]) -> dict[int, list[Doubt]]:
    """By case: the rules that its record breaks now, with the reasons given. Mended ones are not among them."""
    cases = [d.case for d in made]
    given = {
        (row.case_id, row.round, row.code): row
        for row in Irregularity.objects.filter(case__in=[c.pk for c in cases]).exclude(reason="")
    }
    found: dict[int, list[Doubt]] = {}
    for case, broken in _found(made):
        rows = [(code, sentence, given.get((case.pk, case.round, code))) for code, sentence in broken.items()]
        found[case.pk] = [
            Doubt(code, sentence, row.reason if row else "", row.reasoned_by if row else "")
            for code, sentence, row in rows
        ]
    return found


def unanswered(found: Sequence[Doubt]) -> int:
    """How many warnings have no reason."""
    return sum(1 for doubt in found if not doubt.reason)


def keep_doubts(cases: Sequence[Case], found: Mapping[int, Sequence[Doubt]], today: date) -> None:
    """Writes down what stood when a step was taken, for supervision to count; what has been mended since is marked so."""
    known = {
        (row.case_id, row.round, row.code): row
        for row in Irregularity.objects.filter(case__in=[case.pk for case in cases], gone_on=None)
    }
    fresh: list[Irregularity] = []
    changed: list[Irregularity] = []
    for case in cases:
        for doubt in found.get(case.pk, ()):
            row = known.pop((case.pk, case.round, doubt.code), None)
            if row is None:
                fresh.append(_row(case, doubt, today))
            elif row.sentence != doubt.sentence[:300]:
                row.sentence = doubt.sentence[:300]
                changed.append(row)
    rounds = {case.pk: case.round for case in cases}
    for row in known.values():
        if row.round == rounds[row.case_id]:
            row.gone_on = today
            changed.append(row)
    Irregularity.objects.bulk_create(
        fresh, batch_size=200, update_conflicts=True, unique_fields=["case", "round", "code", "subject"],
        update_fields=["sentence", "gone_on"],
    )  # fmt: skip
    Irregularity.objects.bulk_update(changed, ["gone_on", "sentence"], batch_size=200)


def _row(case: Case, doubt: Doubt, today: date) -> Irregularity:
    return Irregularity(
        case=case, round=case.round, code=doubt.code, sentence=doubt.sentence[:300], raised_on=today, reason=doubt.reason
    )


def _found(made: Sequence[Dossier]) -> Iterator[tuple[Case, dict[str, str]]]:
    cases = [d.case for d in made]
    appraisals, notices = _newest_items(cases), _newest_notices(cases)
    photos = _photos(made, appraisals, notices)
    twins = _twins([item.meeting for item in appraisals.values()])
    for d in made:
        appraisal, notice = appraisals.get(d.case.pk), notices.get(d.case.pk)
        facts = _facts(d, appraisal, notice, photos, twins)
        yield d.case, irregular(facts)


def _facts(
    dossier: Dossier,
    appraisal: AgendaItem | None,
    notice: NoticeCase | None,
    photos: Mapping[tuple[str, str], int],
    twins: Mapping[str, int],
) -> RecordFacts:
    case, visit, regime = dossier.case, dossier.visit, load_regimes()[dossier.case.regime]
    meeting, poster = (appraisal.meeting if appraisal else None), (notice.notice if notice else None)
    groups = frozenset(m.group for m in dossier.measures)
    return RecordFacts(
        members=tuple(dossier.members.values()),
        risks=tuple(case.risks),
        groups=groups,
        mismatches=tuple(m.sentence for m in mismatch(case.risks, groups, catalogue(), can_work=dossier.labour > 0)),
        enrolled=case.enrolled_on is not None,
        helped_before=_helped_before(dossier),
        exiting=case.state in EXITING,
        authorised_unseen=_unseen(dossier, photos),
        visited_on=visit.visited_on if visit else None,
        visit_photos=photos.get((f"visit:{visit.pk}", "photo"), 0) if visit else 0,
        tests=visit.tests if visit else None,
        business_income=_business(visit.income) if visit and visit.income else None,
        appraised_on=meeting.held_on if meeting else None,
        expected=meeting.expected if meeting else None,
        present=meeting.present if meeting else None,
        quorum_percent=regime.quorum_percent.value,
        minutes=bool(meeting and meeting.minutes),
        minutes_twins=twins.get(meeting.minutes_digest, 0) if meeting else 0,
        appraisal_photos=photos.get((f"meeting:{meeting.pk}", "photo"), 0) if meeting else 0,
        posted_on=poster.posted_on if poster else None,
        until=poster.until if poster else None,
        notice_days=regime.notice_days.value,
        notice_photos_begin=photos.get((f"notice:{poster.pk}", "notice_start"), 0) if poster else 0,
        notice_photos_end=photos.get((f"notice:{poster.pk}", "notice_end"), 0) if poster else 0,
        taken_down_on=poster.taken_down_on if poster else None,
        decided_on=_decided_on(case, appraisal),
        enrolled_on=case.enrolled_on,
        income_per_head=visit.reference_per_head_fen if visit else None,
        line=dossier.line_fen,
    )


def _decided_on(case: Case, appraisal: AgendaItem | None) -> date | None:
    """The day of the decision that the appraisal led to; an earlier round's is not this one's."""
    decided = (case.eliminated_on if appraisal.exit else case.enrolled_on) if appraisal else None
    return decided if decided and decided >= case.began_on else None


def _unseen(dossier: Dossier, photos: Mapping[tuple[str, str], int]) -> int:
    """Adults who authorised on paper, of which neither a page was photographed nor the printed form came back."""
    on_paper = [a for a in dossier.authorised.values() if a.way in ON_PAPER and a.paper is None]
    return sum(1 for a in on_paper if not photos.get((f"authorisation:{a.pk}", "scan")))


def _helped_before(dossier: Dossier) -> int:
    """Measures of this case that landed by a person's hand before the county decided, without the green channel."""
    case = dossier.case
    if case.green_channel_on is not None or case.round > 1:
        return 0
    landed = [m for m in dossier.measures if m.case == case.pk and m.landed_on and m.source == "person"]
    return sum(1 for m in landed if m.landed_on and (case.enrolled_on is None or m.landed_on < case.enrolled_on))


def _business(income: Sequence[Mapping[str, object]]) -> int:
    return sum(int(str(row["fen"])) for row in income if row.get("group") == "business" and row.get("counted", True))


def _newest_items(cases: Sequence[Case]) -> dict[int, AgendaItem]:
    """The last appraisal of the round, of elimination where that has begun; it stays to be looked at afterwards."""
    rounds = {case.pk: (case.round, case.exit_on is not None) for case in cases}
    rows = AgendaItem.objects.filter(case__in=rounds, meeting__kind=Meeting.Kind.APPRAISAL)
    return {
        row.case_id: row
        for row in rows.select_related("meeting").order_by("id")
        if (row.round, row.exit) == rounds[row.case_id]
    }


def _newest_notices(cases: Sequence[Case]) -> dict[int, NoticeCase]:
    rounds = {case.pk: (case.round, case.exit_on is not None) for case in cases}
    rows = NoticeCase.objects.filter(case__in=rounds).select_related("notice").order_by("id")
    return {row.case_id: row for row in rows if (row.round, row.notice.exit) == rounds[row.case_id]}


def _photos(
    made: Sequence[Dossier], items: Mapping[int, AgendaItem], notices: Mapping[int, NoticeCase]
) -> Counter[tuple[str, str]]:
    subjects = {f"visit:{d.visit.pk}" for d in made if d.visit}
    subjects |= {f"authorisation:{a.pk}" for d in made for a in d.authorised.values() if a.way in ON_PAPER}
    subjects |= {f"meeting:{i.meeting_id}" for i in items.values()} | {f"notice:{n.notice_id}" for n in notices.values()}
    return Counter(Attachment.objects.filter(subject__in=subjects).values_list("subject", "role"))


def _twins(meetings: Sequence[Meeting]) -> dict[str, int]:
    """For each wording of minutes: how many other meetings have it, anywhere in the county."""
    digests = {m.minutes_digest for m in meetings if m.minutes_digest}
    found = Counter(Meeting.objects.filter(minutes_digest__in=digests).values_list("minutes_digest", flat=True))
    return {digest: n - 1 for digest, n in found.items()}
