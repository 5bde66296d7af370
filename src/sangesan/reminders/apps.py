"""The app: without tables, so that its jobs are known."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Reminders."""

    name = "sangesan.reminders"
    label = "reminders"
