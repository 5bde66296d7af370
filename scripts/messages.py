"""The English catalogue: brings it in line with the texts of pages and code, or (--check) says what is missing.

Texts are Chinese msgids in gettext calls of src/sangesan/**/*.py and in {% translate %} of templates. Babel reads and
writes the catalogue, so no gettext program is needed.
"""

import argparse
import io
import sys
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sangesan"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def extracted() -> Catalog:
    """All texts of the source, with where each stands."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # what templatize leaves is not quite Python: indentation means nothing in it
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
        place = path.relative_to(ROOT).as_posix()
        for _, message, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            catalogue.add(message, locations=[(place, 0)], context=context)
    return catalogue


def main() -> None:
    """Writes the catalogue anew, keeping translations; with --check changes nothing and exits 1 where one is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    settings.configure(USE_I18N=True)
    django.setup()
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en", charset="utf-8")
    found = extracted()
    found.creation_date = catalogue.creation_date  # a run that changes nothing leaves the file as it is
    missing = [m.id for m in found if m.id and not _translated(catalogue, m.id, m.context)]
    unused = [m.id for m in catalogue if m.id and found.get(m.id, m.context) is None]
    if not check:
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with CATALOGUE.open("wb") as file:
            write_po(file, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    for text in missing:
        print(f"没有英文：{text}")
    for text in unused if check else ():
        print(f"不再使用：{text}")
    sys.exit(1 if check and (missing or unused) else 0)


def _translated(catalogue: Catalog, text: object, context: str | None) -> bool:
    known = catalogue.get(text, context)  # type: ignore[arg-type]  # babel's own type for plural messages
    if known is None or known.fuzzy:
        return False
    return all(known.string) if isinstance(known.string, tuple) else bool(known.string)


if __name__ == "__main__":
    main()
