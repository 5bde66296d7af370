"""The app."""

from django.apps import AppConfig


class AmendmentsConfig(AppConfig):
    """Amendments."""

    name = "sangesan.amendments"
    label = "amendments"
