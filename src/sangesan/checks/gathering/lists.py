"""Facts of the newest list taken from the system above: whom it has and we have not."""

from collections.abc import Sequence

from django.db.models import Max

from sangesan.cases.models import Case, NationalList, NationalRow
from sangesan.checks.places import chunks, homes, unit_key
from sangesan.checks.subjects import Gathered, Look, Proofs, Source, Subject, record
from sangesan.regions.queries import tree
from sangesan.registry.models import Standing


def gather(look: Look) -> Gathered:
    """Every row of the newest list, by its number in the list."""
    del look
    newest = NationalList.objects.aggregate(n=Max("pk"))["n"]
    rows = list(NationalRow.objects.filter(source=newest).order_by("row_no")) if newest else []
    ours = {row.household_id for row in rows if row.household_id}
    known, places = _known(ours), homes(ours)
    villages = _villages_by_name()
    subjects, facts = [], []
    for row in rows:
        village, town = places.get(row.household_id or 0) or villages.get(row.village_name, ("", ""))
        subjects.append(Subject(f"list_row:{row.pk}", unit_key(village), row.pk, row.household_id, village, town))
        facts.append(
            {
                "list_matched": row.household_id is not None,
                "list_eliminated": row.eliminated_on is not None,
                "known_here": row.household_id in known,
            }
        )
    return Gathered(subjects, facts)


def _known(households: set[int]) -> set[int]:
    """Households that stand or stood in monitoring here, or were decided on."""
    found: set[int] = set()
    for part in chunks(households):
        found |= set(Standing.objects.filter(household__in=part).values_list("household_id", flat=True))
        decided = Case.objects.filter(household__in=part, enrolled_on__isnull=False)
        found |= set(decided.values_list("household_id", flat=True))
    return found


def _villages_by_name() -> dict[str, tuple[str, str]]:
    """Villages by name, with and without the town before it, where the name is met only once."""
    places, found = tree(), {}
    doubtful: set[str] = set()
    for code, level in places.levels.items():
        if level not in {"village", "community"}:
            continue
        for name in (places.names[code], places.full_name(code)):
            if name in found:
                doubtful.add(name)
            found[name] = (code, places.town_of(code))
    return {name: place for name, place in found.items() if name not in doubtful}


def list_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The row of the list: which list, which row, what it says; without the name that stands in it."""
    del look
    found: Proofs = {}
    for part in chunks({s.number for s in subjects}):
        for row in NationalRow.objects.filter(pk__in=part).select_related("source"):
            enrolled = f"，识别时间 {row.enrolled_on}" if row.enrolled_on else ""
            words = f"{row.source.taken_at:%Y-%m-%d} 取回的名单第{row.row_no}行，编号 {row.number}{enrolled}"
            found[f"list_row:{row.pk}"] = [record("list_row", row.pk, words)]
    return found


SOURCE = Source(gather, {"list": list_rows})
