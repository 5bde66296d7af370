"""The app."""

from django.apps import AppConfig


class ResponsibilityConfig(AppConfig):
    """Responsibility."""

    name = "sangesan.responsibility"
    label = "responsibility"
