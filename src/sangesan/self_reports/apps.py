"""The app."""

from django.apps import AppConfig


class SelfReportsConfig(AppConfig):
    """SelfReports."""

    name = "sangesan.self_reports"
    label = "self_reports"
