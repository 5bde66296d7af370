"""Tables of the procedure, by subject."""

from sangesan.cases.models.case import Case, Step
from sangesan.cases.models.checking import Attempt, Authorisation, Comparison, ComparisonHit, Invitation
from sangesan.cases.models.irregularities import Irregularity
from sangesan.cases.models.meetings import AgendaItem, Meeting
from sangesan.cases.models.national import NationalList, NationalRow
from sangesan.cases.models.notices import Notice, NoticeCase, Objection
from sangesan.cases.models.papers import PrintedPaper

__all__ = [
    "AgendaItem",
    "Attempt",
    "Authorisation",
    "Case",
    "Comparison",
    "ComparisonHit",
    "Invitation",
    "Irregularity",
    "Meeting",
    "NationalList",
    "NationalRow",
    "Notice",
    "NoticeCase",
    "Objection",
    "PrintedPaper",
    "Step",
]
