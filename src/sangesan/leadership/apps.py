"""The app."""

from django.apps import AppConfig


class LeadershipConfig(AppConfig):
    """Leadership."""

    name = "sangesan.leadership"
    label = "leadership"
