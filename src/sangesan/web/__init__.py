"""Pages: Django templates with htmx and Tabler. A page calls one action or query of a slice."""
