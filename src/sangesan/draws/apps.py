"""The app."""

from django.apps import AppConfig


class DrawsConfig(AppConfig):
    """Draws."""

    name = "sangesan.draws"
    label = "draws"
