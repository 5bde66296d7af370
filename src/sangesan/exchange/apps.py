"""The app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Exchange."""

    name = "sangesan.exchange"
    label = "exchange"
