"""The app."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Visits."""

    name = "sangesan.visits"
    label = "visits"
