"""The app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects."""

    name = "sangesan.projects"
    label = "projects"
