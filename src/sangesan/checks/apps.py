"""The app."""

from django.apps import AppConfig


class ChecksConfig(AppConfig):
    """Checks."""

    name = "sangesan.checks"
    label = "checks"
