"""The app."""

from django.apps import AppConfig


class CluesConfig(AppConfig):
    """Clues."""

    name = "sangesan.clues"
    label = "clues"
