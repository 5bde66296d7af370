"""Where households are and who answers there."""

from collections.abc import Collection, Iterator, Sequence

from sangesan.regions.queries import county, tree
from sangesan.registry.models import Household

CHUNK = 800
VILLAGES = ("village", "community")


def chunks(numbers: Collection[int]) -> Iterator[Sequence[int]]:
    """The numbers in parts that a query takes at once."""
    listed = sorted(numbers)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def homes(numbers: Collection[int]) -> dict[int, tuple[str, str]]:
    """Household -> (village, town) of its registration."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(numbers):
        for pk, village, town in Household.objects.filter(pk__in=part).values_list("pk", "village", "town"):
            found[pk] = (village, town)
    return found


def unit_key(village: str) -> str:
    """The unit that answers for what happens in a place: its village, else its town, else the county."""
    level = tree().levels.get(village, "")
    if level in VILLAGES:
        return f"village:{village}"
    return f"town:{village}" if level == "town" else f"county:{county().code}"
