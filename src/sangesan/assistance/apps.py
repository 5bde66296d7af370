"""The app."""

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Assistance."""

    name = "sangesan.assistance"
    label = "assistance"
