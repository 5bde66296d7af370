"""The app."""

from django.apps import AppConfig


class VillageWorkConfig(AppConfig):
    """VillageWork."""

    name = "sangesan.village_work"
    label = "village_work"
