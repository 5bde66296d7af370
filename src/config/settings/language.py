"""Chinese is the source language of every page; English is a catalogue. Instants are UTC, shown in Asia/Shanghai."""

from pathlib import Path

import sangesan

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(sangesan.__file__).parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
