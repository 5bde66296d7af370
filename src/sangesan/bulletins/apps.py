"""The app."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """Bulletins."""

    name = "sangesan.bulletins"
    label = "bulletins"
