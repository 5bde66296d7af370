"""The app."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files."""

    name = "sangesan.files"
    label = "files"
