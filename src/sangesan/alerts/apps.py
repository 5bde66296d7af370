"""The app."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Alerts."""

    name = "sangesan.alerts"
    label = "alerts"
