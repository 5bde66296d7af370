"""The app."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Assessment."""

    name = "sangesan.assessment"
    label = "assessment"
