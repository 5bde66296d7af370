"""Who in the register may be meant: by the identity number's keyed index, and by name within the place."""

from django.db.models import QuerySet

from sangesan.registry.models import Household, Membership
from sangesan.self_reports.domain import Known

MOST_BY_NAME = 20


def known_people(head_name: str, index: bytes | None, division: str) -> list[Known]:
    """At most a few people: whose number it is, and whose name it is in the village. Indexed lookups only."""
    found: list[Known] = []
    if index:
        found += _of_memberships(Membership.objects.filter(valid_to=None, person__identity_index=index), by_number=True)
    if head_name and not found:
        here = Household.objects.filter(head_name=head_name)
        homes = list(here.filter(residence=division)[:MOST_BY_NAME]) + list(
            here.filter(village=division)[:MOST_BY_NAME]
        )
        found += [Known(h.pk, head_name, h.head_name, by_number=False) for h in dict.fromkeys(homes)]
    return found


def _of_memberships(rows: QuerySet[Membership], *, by_number: bool) -> list[Known]:
    chosen = rows.select_related("person", "household")
    return [Known(m.household_id, m.person.name, m.household.head_name, by_number=by_number) for m in chosen[:5]]
