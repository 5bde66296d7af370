"""The app."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """Field."""

    name = "sangesan.field"
    label = "field"
