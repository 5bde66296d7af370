"""The app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Registry."""

    name = "sangesan.registry"
    label = "registry"
