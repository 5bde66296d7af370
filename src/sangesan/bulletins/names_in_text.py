"""Whether a document's text holds what is also the name of a household: whoever signs it is to look."""

from django.db.models import F, Value
from django.db.models.functions import Length, StrIndex

from sangesan.bulletins.body import opened
from sangesan.bulletins.domain import texts_in
from sangesan.bulletins.models import Document
from sangesan.registry.models import Household

SURELY_A_NAME = 3  # characters: shorter ones are words as well
MOST = 20


def names_in(document: Document) -> list[str]:
    """Names of heads of households of three and more characters in the title and text; one pass over the register."""
    content = opened(document.sealed)
    texts = [text for key in ("parts", "annexes") for _, text in texts_in(content.get(key, []))]
    whole = "\n".join([document.title, *texts])
    rows = Household.objects.annotate(length=Length("head_name"), found=StrIndex(Value(whole), F("head_name")))
    found = rows.filter(length__gte=SURELY_A_NAME, found__gt=0).values_list("head_name", flat=True).distinct()
    return sorted(found)[:MOST]
