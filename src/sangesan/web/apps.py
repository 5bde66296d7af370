"""The app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages; owns no table."""

    name = "sangesan.web"
    label = "web"
