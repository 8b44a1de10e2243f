"""Loaded before everything (`-p tests.environment`): tests have a home of their own and never touch the product's."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "build" / "test"

for name in [name for name in os.environ if name.startswith("HOSO_") and name != "HOSO_POSTGRES"]:
    del os.environ[name]
for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
    os.environ.pop(name, None)
os.environ.update(
    DJANGO_SETTINGS_MODULE="hoso.settings",
    DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright keeps an event loop in the thread that also queries
    DJANGO_LIVE_TEST_SERVER_ADDRESS="localhost:0",  # passkeys work on localhost, not on 127.0.0.1
    HOSO_HOME=str(HOME),
)
