"""The app."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Dispatch."""

    name = "sangesan.dispatch"
    label = "dispatch"
