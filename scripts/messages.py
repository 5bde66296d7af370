"""The English catalogue: brings it in line with the texts of pages, code and data, or (--check) says what is missing.

Texts are Chinese msgids in gettext calls of src/sangesan/**/*.py, in {% translate %} of templates, and the titles of data
that pages show through `titled`: FILES and NAMES say where those stand. Babel reads and writes the catalogue, so no
gettext program is needed.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, EnumType
from importlib import import_module
from pathlib import Path
from typing import cast

import django
import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.db.models.enums import ChoicesType
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
    "job": (2,),
}
# Titles in data files: the places in each, `*` for every entry, `=` for the keys themselves.
FILES = {
    "accounts/access_matrix.yaml": ("*.title",),
    "alerts/event_types.yaml": ("*.title",),
    "assessment/attendance.yaml": ("*.title",),
    "assessment/operands.yaml": ("shares.*.title", "records.*.title", "rests.*"),
    "assessment/proceeding_forms.yaml": ("*.title",),
    "assessment/score_sheets/*.yaml": ("title", "indicators.*.title", "bonus.items.*.title", "penalty.items.*.title"),
    "assistance/catalogue.yaml": ("needs.*", "groups.*.title", "groups.*.items.*.title"),
    "bulletins/series.yaml": ("*.title",),
    "cases/comparison.yaml": ("feeds.*.kind",),
    "checks/defects.yaml": ("*.title", "*.meaning"),
    "checks/definitions/*.yaml": ("title", "meaning"),
    "checks/facts.yaml": ("*.title", "*.facts.*.title"),
    "clues/channels.yaml": ("lines.*", "channels.*.title"),
    "dispatch/month_layout.yaml": ("tables.*.title",),
    "dispatch/spot_questions.yaml": ("questions.*.title", "questions.*.ask", "verdicts.*", "ways.*"),
    "exchange/feeds.yaml": (
        "person_columns.=", "departments.*.name", "feeds.*.title", "feeds.*.columns.=", "feeds.*.columns.*.list.*",
    ),
    "figures/catalogue.yaml": (
        "groups.*", "figures.*.title", "figures.*.unit", "figures.*.numerator", "figures.*.denominator", "figures.*.source",
        "lines.*.title", "lines.*.unit", "lines.*.numerator", "lines.*.denominator", "lines.*.source",
    ),
    "facts/definitions/*.yaml": ("facts.*.title", "facts.*.pending"),
    "inspections/checklist.yaml": (
        "*.title", "*.questions.*.title", "*.questions.*.look", "*.questions.*.asked",
    ),
    "inspections/conduct.yaml": ("*.title", "*.meaning"),
    "inspections/weights.yaml": ("base.title", "parts.*.title", "villages.*.title"),
    "leadership/seats.yaml": ("*.title",),
    "messages/gateways.yaml": ("*.title",),
    "messages/templates.yaml": ("*.title", "*.text"),
    "patrols/key_groups.yaml": ("*.title",),
    "policy/data/parameters/*.yaml": ("*.title",),
    "policy/data/regimes/*.yaml": ("title", "categories.*.title"),
    "projects/kinds.yaml": ("*.title",),
    "screening/exclusions/*.yaml": ("title", "meaning", "parameters.*"),
    "screening/rules/*.yaml": ("title", "meaning", "parameters.*"),
    "supervision/sheets.yaml": (
        "colours.*.title", "colours.*.name", "colours.*.meaning", "causes.*.title", "hand_over.*.title",
    ),
    "village_work/duties.yaml": ("*.title", "*.questions.*"),
    "village_work/topics.yaml": ("groups.=", "groups.*.*"),
    "visits/income_items.yaml": ("groups.*.title", "items.*.title"),
}  # fmt: skip
# Titles in code: the names of each module that hold them, as texts, values of a mapping, or labels of choices.
NAMES = {
    "accounts.models": ("Post.Role",),
    "alerts.coverage": ("HOW",),
    "alerts.domain": ("COLOURS", "STATUSES", "KINDS", "FROM", "STATES", "WHYS"),
    "alerts.models": ("Message.Way", "Step.What"),
    "alerts.queries": ("TABS",),
    "alerts.signing": ("TITLES",),
    "assessment.attendance_domain": ("ROLES",),
    "assessment.domain": ("STANDING_TITLES",),
    "assessment.explaining": ("NO_SCORE", "WHOLE", "PARTS", "NONE", "KIND_WORDS"),
    "assessment.proceeding_domain": ("KIND_TITLES", "STATE_TITLES", "ACT_TITLES"),
    "assessment.score_papers": ("STATE_WORDS",),
    "assessment.sheets": ("KIND_TITLES", "PERIODS", "MISSING_TITLES"),
    "assistance.models": ("Measure.State", "Measure.Source", "Request.State"),
    "bulletins.domain": ("STATE_TITLES", "STEP_TITLES"),
    "cases.filling": ("WAYS",),
    "cases.irregularity_rules": ("RULE_TITLES",),
    "cases.models": ("Meeting.Kind",),
    "cases.national": ("COLUMNS.=", "DIFFERENCES"),
    "cases.outcomes": ("OUTCOME_TITLES",),
    "cases.papers.forms": ("FORMS.*.title",),
    "cases.preconditions": ("Need",),
    "cases.procedure": ("ROLE_TITLES",),
    "cases.progress": ("STAGE_TITLES",),
    "cases.states": ("STATE_TITLES", "ACT_TITLES"),
    "checks.domain": ("VERDICTS",),
    "checks.queries": ("STATES",),
    "clues.domain": ("STATES",),
    "demo.registry_files": ("ROADS.=", "FUELS.=", "WAYS"),
    "dispatch.quarter_domain": ("TOPICS", "STAND_TITLES"),
    "draws.domain": ("OFFICES", "METHODS"),
    "draws.queries": ("PURPOSES", "SEALED_TITLE"),
    "exchange.models": ("Delivery.State",),
    "exchange.timeliness": ("LABELS",),
    "figures.behind": ("PART_TITLES",),
    "inspections.domain": ("ANSWERS",),
    "inspections.models": ("Member.Office", "Plan.Kind", "Target.State"),
    "inspections.subjects": ("KIND_TITLES",),
    "jobs.models": ("JobRun.State",),
    "leadership.domain": ("STATE_TITLES", "ACT_TITLES"),
    "leadership.queries": ("LEVEL_TITLES",),
    "leadership.receivers": ("OF_TOWNS", "OF_DEPARTMENTS", "OF_COUNTY", "OF_GRIDS", "OF_VILLAGES"),
    "leadership.seats": ("SCOPE_TITLES",),
    "leadership.units": ("KINDS",),
    "messages.models": ("Attempt.Result", "Delivery.State"),
    "messages.templates": ("COLOURS",),
    "patrols.domain": ("RESULTS", "PURPOSES", "WEEKLY_TITLE"),
    "patrols.models": ("Round.Kind", "Entry.Result", "Task.State"),
    "policy.calendars": ("DAY_TYPES",),
    "policy.risks": ("RISK_TYPES",),
    "projects.domain": ("MAIN_TITLES",),
    "registry.changeable": ("FIELDS.*.title", "FIELDS.*.unit"),
    "registry.domain": ("RELATIONS", "EDUCATION", "SCHOOLING", "HEALTH", "LABOUR", "CATEGORIES", "RELOCATION_CAUSES"),
    "registry.queries": ("LIVING_FIELDS", "MEMBER_FIELDS"),
    "responsibility.domain": ("LINES", "DUTIES", "ROLES"),
    "screening.waiting": ("REASONS",),
    "self_reports.candidates": (
        "BY_NUMBER",
        "BY_BOTH",
        "BY_NAME",
        "BY_NAME_ALONE",
        "NO_NUMBER",
        "BY_SEARCH",
        "BY_CODE",
    ),
    "self_reports.domain": ("STATES", "WAYS", "PLAIN_RISKS", "ANSWERS", "STANDINGS", "FINDINGS"),
    "self_reports.models": ("Ticket.Kind",),
    "self_reports.queries": ("TABS",),
    "self_reports.supervised": ("TABS",),
    "supervision.domain": ("STATES", "ACTS"),
    "supervision.looking_back": ("RESULTS",),
    "supervision.models": ("HandOver.State",),
    "supervision.sheet_lists": ("TO_RECEIVE", "TO_RECTIFY", "TO_SIGN", "TO_REVIEW", "TO_ANSWER"),
    "village_work.domain": ("RESULT_TITLES", "MARK_TITLES"),
    "village_work.kinds": ("FORM_TITLES", "APPLIES_TITLES", "OWNERS", "PHOTOS", "FINDINGS"),
    "village_work.leaflet_facts": ("LEAFLETS",),
    "village_work.leaflets": ("HOW",),
    "village_work.periods": ("UNIT_TITLES",),
    "village_work.recording": ("WARNINGS",),
    "visits.domain": ("CONCLUSIONS", "OUTCOMES", "PURPOSES", "TESTS", "HOUSE_GRADES", "WATER_SOURCES", "SIGNED_HOW"),
    "web.templatetags.checks": ("SUBJECTS",),
    "web.templatetags.alerts": ("URGENCY", "SEVERITY", "CERTAINTY", "RESPONSE"),
}
# Words of units, with a singular and a plural in English.
UNITS = {"facts.model": "UNITS", "policy.parameters": "UNITS"}
UNIT_FILES = {"projects/kinds.yaml": ("*.unit_word",)}
UNIT = "单位"
CHINESE = re.compile(r"[\u4e00-\u9fff\uff00-\uffef]")  # characters and full-width marks


def extracted() -> Catalog:
    """All texts of the source, with where each stands."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # what templatize leaves is not quite Python: indentation means nothing in it
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
        for _, message, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            catalogue.add(message, locations=[(_place(path), 0)], context=context)
    for place, text in (*_in_files(FILES), *_in_modules(NAMES)):
        catalogue.add(text, locations=[(place, 0)])
    for place, word in (*_in_modules({module: (name,) for module, name in UNITS.items()}), *_in_files(UNIT_FILES)):
        catalogue.add((word, word), locations=[(place, 0)], context=UNIT)
    return catalogue


def _in_files(files: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """The Chinese texts at places in data files, each with its file."""
    for pattern, wheres in files.items():
        for path in sorted(SOURCE.glob(pattern)):
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            for where in wheres:
                yield from ((_place(path), text) for text in _within(data, where.split(".")) if CHINESE.search(text))


def _in_modules(modules: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """The Chinese texts of names in modules, each with its file."""
    for module, names in modules.items():
        for name in names:
            texts = _within(import_module(f"sangesan.{module}"), name.split("."))
            yield from ((_module_place(module), text) for text in texts if CHINESE.search(text))


def _within(data: object, steps: list[str]) -> Iterator[str]:
    """The texts at a place in data; none where an entry lacks the key."""
    if data is None:
        return
    if steps and steps[0] in {"*", "="}:
        entries = data.values() if isinstance(data, Mapping) and steps[0] == "*" else data
        for entry in cast("Iterable[object]", entries):
            yield from _within(entry, steps[1:])
    elif steps:
        found = data.get(steps[0]) if isinstance(data, Mapping) else getattr(data, steps[0])
        yield from _within(found, steps[1:])
    elif isinstance(data, ChoicesType):
        yield from data.labels
    elif isinstance(data, EnumType):
        yield from (str(entry.value) for entry in cast("Iterable[Enum]", data))
    elif isinstance(data, Mapping):
        yield from data.values()
    elif isinstance(data, Iterable) and not isinstance(data, str):
        yield from data
    else:
        yield str(data)


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _module_place(module: str) -> str:
    return _place(SOURCE / f"{module.replace('.', '/')}.py")


def main() -> None:
    """Writes the catalogue anew, keeping translations; with --check changes nothing and exits 1 where one is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
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
