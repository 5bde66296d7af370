"""What an inspector's phone carries: the own team's places, with the record beside each point of the checklist.

A place that has not begun goes to no other phone, and lies sealed on these; it begins by a form of the phone, or by the page.
"""

from datetime import date
from typing import Any

from sangesan.accounts.models import Post
from sangesan.checks.defects import defects
from sangesan.draws.models import Draw
from sangesan.field.areas import TEAM
from sangesan.inspections.checklists import Checklist, checklists
from sangesan.inspections.comparing import record_of
from sangesan.inspections.conducting import content_of
from sangesan.inspections.domain import ANSWERS, conducts
from sangesan.inspections.models import Finding, Plan, Reply, Target
from sangesan.inspections.queries import words_of
from sangesan.inspections.sampling import sample_draws
from sangesan.inspections.subjects import kind_of, titles_of
from sangesan.inspections.teams import team_of
from sangesan.kernel.digest import digest_json
from sangesan.leadership.units import departments, towns
from sangesan.leadership.units import unit as unit_of_key
from sangesan.regions.queries import tree
from sangesan.registry.models import Membership, Residence

Json = dict[str, Any]
MOST_PLACES = 60
OPEN = (Target.State.PLANNED, Target.State.BEGUN)


def inspection_part(post: Post, grid: str, known: str, today: date) -> Json | None:
    """The places of the device's team with all that their forms need; None where the phone knows it, or is no inspector's.

    An inspector who has changed teams since the phone was enrolled gets nothing until logging in again.
    """
    team = team_of(post, today) if post.role == Post.Role.INSPECTOR else None
    if post.role != Post.Role.INSPECTOR:
        return None
    targets: list[Target] = []
    if team is not None and grid == f"{TEAM}{team.code}":
        rows = Target.objects.filter(team=team, state__in=OPEN).select_related("plan", "household", "team")
        targets = list(rows.order_by("planned_on", "pk")[:MOST_PLACES])
    whole = {
        "team": team.title if team else "",
        "answers": {str(code): title for code, title in ANSWERS.items()},
        "defects": {code: one.title for code, one in defects().items()},
        "conducts": [{"code": c.code, "title": c.title, "meaning": c.meaning} for c in conducts().values()],
        "units": [{"key": one.key, "title": one.title} for one in (*departments(), *towns())],
        "checklists": {kind: _checklist(form) for kind, form in checklists().items()},
        "targets": _targets(targets, today),
    }
    digest = digest_json(whole)
    return None if digest == known else whole | {"digest": digest}


def _targets(targets: list[Target], today: date) -> list[Json]:
    titles = titles_of(targets)
    replies = {reply.target_id: reply for reply in Reply.objects.filter(target__in=targets).order_by("pk")}
    recorded: dict[int, list[str]] = {}
    found: dict[int, list[Json]] = {}
    for finding in Finding.objects.filter(target__in=targets, withdrawal=None).order_by("pk"):
        number = finding.target_id or 0
        recorded.setdefault(number, []).extend(r["words"] for r in finding.records if r.get("kind") == "reply")
        found.setdefault(number, []).append({"defect": finding.defect, "words": words_of(finding)["words"]})
    draws = sample_draws([one.pk for one in targets])
    homes = [one.household_id for one in targets if one.household_id]
    groups = dict(Residence.objects.filter(household__in=homes, valid_to=None).values_list("household", "group_name"))
    people: dict[int, list[str]] = {}
    members = Membership.objects.filter(household__in=homes, valid_to=None, person__died_on=None).select_related(
        "person"
    )
    for one in members.order_by("pk"):
        people.setdefault(one.household_id, []).append(f"{one.person.name}（{one.relation}）")
    return [
        _target(one, titles[one.pk], replies.get(one.pk), today)
        | {
            "recorded": recorded.get(one.pk, []),
            "found": found.get(one.pk, []),
            "sampling": _sampling(draws.get(one.pk)),
            "address": groups.get(one.household_id or 0, ""),
            "people": people.get(one.household_id or 0, []),
        }
        for one in targets
    ]


def _sampling(draw: Draw | None) -> str:
    """How far a village's draw of households has come: "", "waits" for the offices, "drawn"."""
    if draw is None or draw.state == "void":
        return ""
    return "waits" if draw.result is None else "drawn"


def _target(one: Target, title: str, reply: Reply | None, today: date) -> Json:
    kept = content_of(reply) if reply else {"said": {}, "words": {}}
    return {
        "id": one.pk,
        "kind": kind_of(one.subject),
        "title": title,
        "how": str(Plan.Kind(one.plan.kind).label),
        "planned_on": one.planned_on.isoformat(),
        "begun_at": one.begun_at.isoformat() if one.begun_at else None,
        "parent": one.parent_id,
        "weight": one.weight,
        "probability": round(one.probability, 6) if one.probability is not None else None,
        "units": _units(one),
        "record": dict(record_of(one, today)),
        "answers": dict(reply.answers) if reply else {},
        "said": dict(kept["said"]),
        "words": dict(kept["words"]),
    }


def _units(one: Target) -> list[Json]:
    """Who answers by nature: the unit inspected, and the town above a village."""
    keys = [one.unit]
    town = tree().town_of(one.place)
    if town and town != one.place:
        keys.append(f"town:{town}")
    return [{"key": key, "title": unit_of_key(key).title} for key in dict.fromkeys(keys)]


def _checklist(form: Checklist) -> Json:
    return {
        "title": form.title,
        "questions": [
            {"code": q.code, "title": q.title, "look": q.look, "asked": q.asked, "record": q.record, "defect": q.defect}
            for q in form.questions.values()
        ],
    }
