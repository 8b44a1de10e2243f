"""One file of settings; what differs between installations comes from the environment (see docs/settings.md)."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from hoso.base import cluster, keys, providers

ROOT = Path(__file__).resolve().parent.parent
HOSO_HOME = Path(os.environ.get("HOSO_HOME", ROOT / "var")).resolve()
HOSO_KEYS = HOSO_HOME / "keys"
HOSO_FILES = HOSO_HOME / "files"
HOSO_HOST = os.environ.get("HOSO_HOST", "127.0.0.1")
HOSO_PORT = int(os.environ.get("HOSO_PORT", "8000"))
HOSO_ASSETS = Path(os.environ.get("HOSO_ASSETS", ROOT / "build" / "npm" / "node_modules"))
HOSO_APP_ROLE = "hoso_app"
HOSO_PKCS11_MODULE = os.environ.get("HOSO_PKCS11_MODULE", "")  # empty: wrapping keys are files
HOSO_PKCS11_TOKEN = os.environ.get("HOSO_PKCS11_TOKEN", "hoso")
HOSO_PKCS11_PIN_FILE = os.environ.get("HOSO_PKCS11_PIN_FILE", str(HOSO_KEYS / "pkcs11.pin"))
HOSO_TIMESTAMP_URL = os.environ.get("HOSO_TIMESTAMP_URL", "")  # empty: the node's own RFC 3161 authority (demo, tests)
HOSO_SECURITY_CONTACT = os.environ.get("HOSO_SECURITY_CONTACT", "")  # mailto: or https: address in security.txt
HOSO_PROFILE = os.environ.get("HOSO_PROFILE", "")  # empty: what `hoso init` or `hoso demo` wrote for this node

HOSO_ENV = os.environ.get("HOSO_ENV", "")  # production; trial: on this machine alone; empty: production unless a demo
DEBUG = os.environ.get("HOSO_DEBUG", "") == "1"
SECRET_KEY = keys.secret(HOSO_KEYS, "django").hex()
ALLOWED_HOSTS = os.environ.get("HOSO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("HOSO_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    *(
        f"hoso.{name}"
        for name in (
            "audit",
            "orgs",
            "people",
            "access",
            "duties",
            "documents",
            "signing",
            "records",
            "changes",
            "approvals",
            "ops",
            "web",
            "cli",
        )
    ),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hoso.web.middleware.Guarded",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hoso.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hoso.web.middleware.OneInstant",
    "hoso.web.middleware.SignedIn",
    "hoso.web.middleware.WithinTheWall",
    "hoso.web.middleware.SayNo",
]
ROOT_URLCONF = "hoso.urls"
WSGI_APPLICATION = "hoso.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hoso.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "hoso.web.templatetags.parts"],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """Django's settings for a `postgresql://user:password@host:port/name?option=value` address."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "hoso.base.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,  # a request is one transaction under one identity; an act is a savepoint in it
    }


HOSO_DB_ROLE = os.environ.get("HOSO_DB_ROLE", "app")  # "owner" for migrations only
_url = os.environ.get("DATABASE_URL", "")
if HOSO_DB_ROLE == "owner":
    _url = os.environ.get("DATABASE_OWNER_URL", _url)
DATABASES = {"default": database(_url or cluster.url(HOSO_HOME, HOSO_DB_ROLE))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "hoso_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},  # so that nobody pushes out what the door counts by making more of it
    }
}

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["hoso.access.backend.SignIn"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "hoso.access.passwords.HardToGuess"},
]
LOGIN_URL = "/dang-nhap/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hoso.access.allauth.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_index"  # only allauth's checks ask; what is typed is hashed first
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # the library's migrations would look for it
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]  # nobody signs up; the library asks for consistency
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/dang-nhap/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Every sign-in from one address, right or wrong: an agency may have a single one. What fails: access/throttle.py.
ACCOUNT_RATE_LIMITS = {"login": "240/m/ip", "login_failed": "", "change_password": "10/m/user"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = False
SOCIALACCOUNT_ADAPTER = "hoso.access.allauth.ProviderAdapter"
HOSO_OIDC = Path(os.environ.get("HOSO_OIDC", HOSO_HOME / "oidc.toml"))  # identity providers, if the node has any
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [each.app() for each in providers.read(HOSO_OIDC)]}}
MFA_ADAPTER = "hoso.access.allauth.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: telephones are not always right
HOSO_PASSKEY_HOST = os.environ.get("HOSO_PASSKEY_HOST", ALLOWED_HOSTS[0])  # passkeys are bound to one name
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "build" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = None  # nothing is collected: WhiteNoise reads the files where they are, once at start
STATICFILES_DIRS = [
    (name, HOSO_ASSETS / folder)
    for name, folder in (
        ("npm/htmx", "htmx.org/dist"),
        ("npm/font", "@fontsource/be-vietnam-pro/files"),
        ("npm/tinos", "@expo-google-fonts/tinos"),
    )
    if (HOSO_ASSETS / folder).is_dir()
]
WHITENOISE_USE_FINDERS = True

SESSION_ENGINE = "hoso.web.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
CSRF_FAILURE_VIEW = "hoso.web.views.errors.csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HOSO_TLS_CERTIFICATE = os.environ.get("HOSO_TLS_CERTIFICATE", "")  # set: `hoso run` ends TLS itself
HOSO_TLS_KEY = os.environ.get("HOSO_TLS_KEY", "")
HOSO_TLS_MINIMUM = os.environ.get("HOSO_TLS_MINIMUM", "tls1.3")  # or tls1.2
HOSO_TLS = os.environ.get("HOSO_TLS", "") == "1" or bool(HOSO_TLS_CERTIFICATE)
if HOSO_TLS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-hoso", "__Host-hoso-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_SECURE = "__Host-hoso-language", True
    SECURE_REDIRECT_EXEMPT = [r"^api/"]  # a program that speaks in clear is refused, not led on: hoso/web/middleware.py
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    if not HOSO_TLS_CERTIFICATE:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = 1  # TLS ends in front of us: its address is not the visitor's
else:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"hoso-{HOSO_PORT}", f"hoso-csrf-{HOSO_PORT}"  # two demos, one host

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024  # of fields, without files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000  # a table of 500 rows
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
HOSO_UPLOAD_LIMIT = 20 * 1024 * 1024  # bytes of a scan; hoso/web/uploads.py: pages that take more, or less

STAMP = "%Y-%m-%dT%H:%M:%S%z"  # a log is read beside others: every line says its offset from UTC
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "hoso.base.logs.Discreet"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s", "datefmt": STAMP}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["discreet"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"hoso.requests": {"level": "INFO" if os.environ.get("HOSO_ACCESS_LOG", "") == "1" else "WARNING"}},
}
