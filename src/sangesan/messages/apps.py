"""The app."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages."""

    name = "sangesan.messages"
    label = "word"  # Django has an app of the name messages
