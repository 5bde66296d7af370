"""The app."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """Regions."""

    name = "sangesan.regions"
    label = "regions"
