"""The app."""

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    """Patrols."""

    name = "sangesan.patrols"
    label = "patrols"
