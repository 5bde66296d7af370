"""A household's whole history: every case, round and step with actor, post, time and evidence. What --json prints."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from typing import Any

from sangesan.accounts.models import Post, User
from sangesan.cases.checking_records import doubts
from sangesan.cases.dossiers import dossiers
from sangesan.cases.due import budget_of
from sangesan.cases.models import AgendaItem, Case, Irregularity, Meeting, Notice, Objection, PrintedPaper, Step
from sangesan.cases.performing import act_title
from sangesan.cases.states import STATE_TITLES, State
from sangesan.files.models import Attachment
from sangesan.policy.regimes import load_regimes
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import tree
from sangesan.registry.models import Household, Standing
from sangesan.visits.models import Visit


def history(household: Household, today: date) -> dict[str, Any]:
    """Everything the procedure knows of a household. Names of members stay out: the audit and pages show those."""
    cases = list(Case.objects.filter(household=household).order_by("id"))
    return {
        "household": household.code,
        "head": household.head_name,
        "village": tree().full_name(household.village),
        "residence": tree().full_name(household.residence),
        "stage": household.stage,
        "standings": [_standing(s) for s in Standing.objects.filter(household=household).order_by("valid_from", "id")],
        "cases": [_case(case, today) for case in cases],
    }


def _standing(s: Standing) -> dict[str, Any]:
    return {
        "stage": s.stage, "from": s.valid_from, "to": s.valid_to, "category": s.category, "risks": s.risks,
        "enrolled_on": s.enrolled_on, "eliminated_on": s.eliminated_on, "national_number": s.national_number,
    }  # fmt: skip


def _case(case: Case, today: date) -> dict[str, Any]:
    (dossier,) = dossiers([case], today)
    left = budget_of(case, stopped_days=case.stopped_days, today=today)
    return {
        "case": case.pk,
        "state": case.state,
        "title": STATE_TITLES[State(case.state)],
        "regime": load_regimes()[case.regime].title,
        "round": case.round,
        "channel": case.channel,
        "reason": case.reason,
        "began_on": case.began_on,
        "category": case.category,
        "risks": [RISK_TYPES.get(code, code) for code in case.risks],
        "green_channel": {"on": case.green_channel_on, "reason": case.green_channel_reason, "papers_due": case.papers_due}
        if case.green_channel_on
        else None,
        "deadline": asdict(left) if left else None,
        "steps": steps_of(case),
        "warnings": [asdict(d) for d in doubts([dossier])[case.pk]],
        "warnings_kept": list(
            Irregularity.objects.filter(case=case).order_by("id").values("round", "code", "sentence", "raised_on", "gone_on", "reason")
        ),
        "papers": list(PrintedPaper.objects.filter(case=case).order_by("id").values("id", "kind", "printed_at", "returned_at")),
    }


def steps_of(case: Case) -> list[dict[str, Any]]:
    """The steps in order, each with its evidence spelt out; a fixed number of queries."""
    rows = list(Step.objects.filter(case=case).order_by("number"))
    users = dict(User.objects.filter(pk__in={r.user for r in rows if r.user}).values_list("pk", "name"))
    roles = dict(Post.objects.filter(pk__in={r.post for r in rows}).values_list("pk", "role"))
    spelt = _Evidence(case, rows)
    return [
        {
            "number": row.number,
            "round": row.round,
            "act": row.act,
            "title": act_title(row.act),
            "from": row.source,
            "to": row.target,
            "to_title": STATE_TITLES[State(row.target)],
            "on": row.on,
            "recorded_at": row.recorded_at,
            "actor": users.get(row.user or 0, ""),
            "post": row.post_title,
            "role": roles.get(row.post, ""),
            "entered_for": tree().full_name(row.entered_for) if row.entered_for else "",
            "reason": row.reason,
            "evidence": spelt.of(row),
        }
        for row in rows
    ]


class _Evidence:
    """The records that steps name, read once for all of them."""

    def __init__(self, case: Case, rows: Collection[Step]) -> None:
        def wanted(kind: str) -> set[int]:
            return {pk for row in rows for pk in row.evidence.get(kind, ())}

        self.visits = Visit.objects.in_bulk(wanted("visits"))
        self.meetings = Meeting.objects.in_bulk(wanted("meetings"))
        self.items = {i.meeting_id: i for i in AgendaItem.objects.filter(case=case)}
        self.notices = Notice.objects.in_bulk(wanted("notices"))
        self.objections = Objection.objects.in_bulk(wanted("objections"))
        subjects = [f"visit:{pk}" for pk in self.visits] + [f"meeting:{pk}" for pk in self.meetings]
        subjects += [f"notice:{pk}" for pk in self.notices]
        self.files: dict[str, list[str]] = {}
        for subject, role, name in Attachment.objects.filter(subject__in=subjects).values_list("subject", "role", "name"):
            self.files.setdefault(subject, []).append(f"{role} {name}")

    def of(self, row: Step) -> dict[str, Any]:
        """A step's evidence: what it rested on when it was taken, and the records behind it."""
        kinds = {"visits": self._visit, "meetings": self._meeting, "notices": self._notice, "objections": self._objection}
        return {
            kind: [kinds[kind](pk) for pk in value] if kind in kinds else value for kind, value in row.evidence.items()
        }

    def _visit(self, pk: int) -> dict[str, Any]:
        v = self.visits.get(pk)
        if v is None:
            return {"id": pk}
        return {
            "id": pk, "on": v.visited_on, "checkers": v.checker_names or v.checkers, "conclusion": v.conclusion,
            "tests": v.tests, "reference_per_head_fen": v.reference_per_head_fen, "signed": v.signed,
            "post": v.post_title, "files": self.files.get(f"visit:{pk}", []),
        }  # fmt: skip

    def _meeting(self, pk: int) -> dict[str, Any]:
        m, i = self.meetings.get(pk), self.items.get(pk)
        if m is None:
            return {"id": pk}
        return {
            "id": pk, "kind": m.kind, "on": m.held_on, "place": m.place, "host": m.host, "expected": m.expected,
            "present": m.present, "document_number": m.document_number,
            "votes": [i.votes_for, i.votes_against, i.abstained] if i else [], "outcome": i.outcome if i else "",
            "files": self.files.get(f"meeting:{pk}", []),
        }  # fmt: skip

    def _notice(self, pk: int) -> dict[str, Any]:
        n = self.notices.get(pk)
        if n is None:
            return {"id": pk}
        return {
            "id": pk, "place": n.place, "posted_on": n.posted_on, "until": n.until, "taken_down_on": n.taken_down_on,
            "files": self.files.get(f"notice:{pk}", []),
        }  # fmt: skip

    def _objection(self, pk: int) -> dict[str, Any]:
        o = self.objections.get(pk)
        if o is None:
            return {"id": pk}
        return {"id": pk, "received_on": o.received_on, "settled_on": o.settled_on, "upheld": o.upheld, "finding": o.finding}
