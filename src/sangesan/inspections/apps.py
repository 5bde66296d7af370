"""The app."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Inspections."""

    name = "sangesan.inspections"
    label = "inspections"
