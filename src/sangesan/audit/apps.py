"""The app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit."""

    name = "sangesan.audit"
    label = "audit"
