"""Apps, middleware, templates, static files. Only slices that own tables are apps."""

from pathlib import Path

import sangesan
from config import env

_ENV = env.read()

DEBUG = _ENV.debug
ROOT_URLCONF = "sangesan.web.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "front"
LOGOUT_REDIRECT_URL = "login"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "sangesan.audit",
    "sangesan.jobs",
    "sangesan.files",
    "sangesan.regions",
    "sangesan.accounts",
    "sangesan.amendments",
    "sangesan.messages",
    "sangesan.registry",
    "sangesan.responsibility",
    "sangesan.exchange",
    "sangesan.visits",
    "sangesan.assistance",
    "sangesan.screening",
    "sangesan.clues",
    "sangesan.patrols",
    "sangesan.cases",
    "sangesan.self_reports",
    "sangesan.village_work",
    "sangesan.alerts",
    "sangesan.leadership",
    "sangesan.projects",
    "sangesan.bulletins",
    "sangesan.draws",
    "sangesan.checks",
    "sangesan.inspections",
    "sangesan.supervision",
    "sangesan.dispatch",
    "sangesan.assessment",
    "sangesan.field",
    "sangesan.reminders",
    "sangesan.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sangesan.accounts.middleware.PostMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sangesan.web.context.page",
            ],
        },
    }
]

STATIC_URL = "static/"
_SOURCE = Path(sangesan.__file__).parent
STATICFILES_DIRS = [("vendor", _SOURCE / "web" / "vendor"), ("field", _SOURCE / "field" / "built")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_HANDLERS = ["sangesan.web.uploading.InMemoryBoundedHandler"]  # no photo in the clear on disk
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000  # a meeting decides on 500 households with up to eight fields each
