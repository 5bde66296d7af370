"""The app."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Supervision."""

    name = "sangesan.supervision"
    label = "supervision"
