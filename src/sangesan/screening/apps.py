"""The app."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Screening."""

    name = "sangesan.screening"
    label = "screening"
