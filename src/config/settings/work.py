"""Background work, word to people outside, logging. Logs carry ids only, never a name, number or phone."""

from config import env

_ENV = env.read()

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# where people find the system, for the link in what goes out; and whether gateways may lie in the local net
ADDRESS = _ENV.address or f"{'https' if _ENV.https else 'http'}://{_ENV.hosts[0] if _ENV.hosts else 'localhost'}"
PUBLIC_URL = _ENV.public_url  # on posters; empty: the address under which the poster is asked for
PROXIES = _ENV.proxies
ALLOW_LOCAL_GATEWAYS = _ENV.allow_local_gateways

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "sangesan": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        # its lines hold addresses with their secrets: messages/gateways.py reads and scrubs them, nobody else does
        "apprise": {"propagate": False},
    },
}
