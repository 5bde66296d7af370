"""Where state lies. SQLite is for demonstration, development and tests; a county with real people runs PostgreSQL."""

from config import env

_ENV = env.read()

HOME = _ENV.home
SEAL_KEY_FILE = _ENV.seal_key or str(HOME / "keys" / "seal.key")
PLAIN_PARQUET = _ENV.plain_parquet

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME / "db.sqlite3",
    "OPTIONS": {
        # Deferred transactions that turn into writers fail at once under load; IMMEDIATE waits its turn.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
        ),
    },
}

DATABASES = {"default": env.postgresql(_ENV.database) if _ENV.database else _SQLITE}
