"""The app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Jobs; every slice's tasks.py is loaded so that its jobs are known."""

    name = "sangesan.jobs"
    label = "jobs"

    def ready(self) -> None:
        autodiscover_modules("tasks")
