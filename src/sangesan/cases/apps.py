"""The app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "sangesan.cases"
    label = "cases"
