"""Every setting of Easel. Each environment variable is read here, once; `.env.example` explains them.

The defaults run on a laptop without any server. `ENVIRONMENT=production` refuses them loudly.
"""

import logging
import os
from datetime import timedelta
from pathlib import Path

from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

from config.monitoring import logs
from config.settings import admin_theme, broker, openapi
from config.settings.caches import shared_cache
from config.settings.databases import database
from config.settings.environment import Env
from config.settings.hosts import HOSTS, NETWORKS, ORIGINS, is_host, is_network, is_origin
from config.settings.image_providers import image_providers
from config.settings.prompt_enhancers import prompt_enhancers
from config.settings.public_url import without_path
from config.settings.secret_key import load_secret_key
from config.settings.storages import accel_redirect, image_storage

BASE_DIR = Path(__file__).resolve().parents[2]

# Empty is the default, of whatever kind; relative files and folders lie in BASE_DIR.
env = Env.of_this_process(BASE_DIR / ".env")

# ── What kind of machine is this? ────────────────────────────────────────────────────────────────────────────────────

ENVIRONMENT = env.str("ENVIRONMENT", default="laptop", choices=["laptop", "production"])
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = env.path("DATA_DIR", default=BASE_DIR / "var", within=BASE_DIR)
PORT = env.int("PORT", default=8000, at_least=1, at_most=65_535)
PUBLIC_URL = without_path(env.url("PUBLIC_URL"))
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else LOOPBACK, each=is_host, of=HOSTS)
if not PRODUCTION:
    # `make run` prints links of this machine, and they work whatever other names there are.
    ALLOWED_HOSTS = list(dict.fromkeys([*ALLOWED_HOSTS, *LOOPBACK]))
SECRET_KEY = env.str("SECRET_KEY") or ("" if PRODUCTION else load_secret_key(DATA_DIR))

if PRODUCTION:
    if not SECRET_KEY:
        raise ImproperlyConfigured("Production needs SECRET_KEY: a long random text that stays the same.")
    if DEBUG:
        raise ImproperlyConfigured("Production does not run with DEBUG on.")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("Production needs ALLOWED_HOSTS: the host names it is reached by, never '*'.")

# ── Django ───────────────────────────────────────────────────────────────────────────────────────────────────────────

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_structlog",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "config",
    "projects",
    "projects.webhooks",
    "enhancement",
    "generations",
    "generations.images",
]

MIDDLEWARE = [
    "config.web.middleware.RequestIdMiddleware",
    "config.monitoring.metrics.MetricsMiddleware",
    "config.web.middleware.RequestLogMiddleware",
    "config.web.middleware.ExactNamesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.web.csp.ContentSecurityPolicyMiddleware",
    # Requests to the API pass by the rest untouched.
    "config.web.middleware.PageBodyMiddleware",
    "config.admin.lockout.LoginsInTurnMiddleware",
    "config.web.middleware.PageStaticFilesMiddleware",
    "config.web.middleware.PageSessionMiddleware",
    "config.web.middleware.PageCommonMiddleware",
    "config.web.middleware.PageCsrfMiddleware",
    "config.web.middleware.PageAuthenticationMiddleware",
    "config.web.middleware.PageMessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
# On a laptop the files are served from where the packages have them.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# ── Database ─────────────────────────────────────────────────────────────────────────────────────────────────────────

DATABASES = {
    "default": database(env.str("DATABASE_URL"), default=DATA_DIR / "easel.sqlite3", within=BASE_DIR),
}

ACCEPT_NEWER_DATABASE = env.bool("ACCEPT_NEWER_DATABASE", default=False)
# Off, each of the hot statements is built by Django's public API alone: slower, but for whoever cannot wait for us.
COMPILED_QUERIES = env.bool("COMPILED_QUERIES", default=True)

# ── Redis: the cache, the broker and Celery ───────────────────────────────────────────────────────────────────────────

REDIS_URL = broker.redis_url(env.str("REDIS_URL"), within=BASE_DIR)
celery_broker = broker.broker(env.str("BROKER_URL"), redis_url=REDIS_URL, within=BASE_DIR)
broker.forget_celerys_own(os.environ)
CACHES = {"default": shared_cache(REDIS_URL)}
CELERY_BROKER_URL = celery_broker.url
CELERY_BROKER_USE_SSL = celery_broker.use_ssl
CELERY_BROKER_TRANSPORT_OPTIONS = celery_broker.transport_options
CELERY_TASK_DEFAULT_QUEUE = "generations"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = env.int("TASK_TIME_LIMIT_S", default=270, at_least=1, at_most=86_400)
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Or a Redis that has become a replica, or is full, ends the worker, and the jobs that it has in hand with it.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_BROKER_HEARTBEAT = 20
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = env.int("WORKER_MAX_TASKS_PER_CHILD", default=1000, at_least=1, at_most=1_000_000)
CELERY_IMPORTS = ["config.worker.watchdog"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# ── The life of a generation ─────────────────────────────────────────────────────────────────────────────────────────

VENDOR_API_KEYS = {
    "openai": env.str("OPENAI_API_KEY"),
    "gemini": env.str("GEMINI_API_KEY"),
}
# Nobody may notice what a shell brings along, and these cost money; `make run` says so.
VENDOR_API_KEYS_OF_SHELL = [
    name for name in ("OPENAI_API_KEY", "GEMINI_API_KEY") if env.str(name) and not env.is_of_file(name)
]
IMAGE_PROVIDERS, IMAGE_PROVIDER_CHAIN = image_providers(env, VENDOR_API_KEYS)
ENHANCEMENT_TIMEOUT_S = env.float("ENHANCEMENT_TIMEOUT_S", default=5, at_least=0.1, at_most=300)
PROMPT_ENHANCERS = prompt_enhancers(env, VENDOR_API_KEYS, IMAGE_PROVIDERS, timeout_s=ENHANCEMENT_TIMEOUT_S)
LEASE_S = env.float("LEASE_S", default=15, at_least=0.5, at_most=3600)
HEARTBEAT_S = env.float("HEARTBEAT_S", default=5, at_least=0.1, at_most=1800)
JOB_DEADLINE_S = env.int("JOB_DEADLINE_S", default=300, at_least=1, at_most=86_400)
MAX_RETRIES = 3
MAX_DEATHS = 3
OUTAGE_PATIENCE_S = env.float("OUTAGE_PATIENCE_S", default=86_400, at_least=0, at_most=31_536_000)
MAX_CONCURRENT = env.int("MAX_CONCURRENT", default=0, at_least=0, at_most=1_000_000)
MAX_QUEUED = env.int("MAX_QUEUED", default=1000, at_least=0, at_most=100_000_000)
RELAY_INTERVAL_S = env.float("RELAY_INTERVAL_S", default=1, at_least=0.05, at_most=60)
SWEEP_INTERVAL_S = 60
WATCHDOG_S = env.float("WATCHDOG_S", default=60, at_least=1, at_most=3600)
WORKER_GRACE_S = env.float("WORKER_GRACE_S", default=CELERY_TASK_TIME_LIMIT + 10, at_least=0, at_most=86_400)
WORKER_ALIVE_FILE = env.path("WORKER_ALIVE_FILE", default=None, within=BASE_DIR)
MAX_IMAGE_BYTES = 50 * 1024 * 1024
MAX_IMAGE_PIXELS = 40_000_000

# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────

MEDIA_CACHE_S = env.int("MEDIA_CACHE_S", default=0, at_least=0, at_most=31_536_000)
# A cache that need not ask would show what has been deleted.
IMAGE_CACHE_CONTROL = f"public, max-age={MEDIA_CACHE_S}" if MEDIA_CACHE_S else "public, no-cache"
storage_url = env.str("STORAGE_URL")
MEDIA_ACCEL_REDIRECT = accel_redirect(env.str("MEDIA_ACCEL_REDIRECT"), storage_url=storage_url)
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": image_storage(storage_url, cache_control=IMAGE_CACHE_CONTROL),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# ── The API ──────────────────────────────────────────────────────────────────────────────────────────────────────────

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["projects.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["projects.api.authentication.HasApiKey"],
    "DEFAULT_THROTTLE_CLASSES": ["projects.api.throttling.ApiKeyThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["projects.api.envelope.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["projects.api.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "projects.api.envelope.OnlyJSON",
    "DEFAULT_PAGINATION_CLASS": "projects.api.pagination.EnvelopePagination",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "projects.api.schema.envelope.EnvelopeSchema",
    "EXCEPTION_HANDLER": "projects.api.errors.answer_error",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = openapi.SETTINGS
MAX_BODY_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS: list[str] = []  # no page takes files
BODY_TIMEOUT_S = env.float("BODY_TIMEOUT_S", default=20, at_least=0.1, at_most=3600)
API_KEY_LIFE = timedelta(days=env.int("API_KEY_LIFE_DAYS", default=90, at_least=1, at_most=3650))
RATE_LIMIT_PER_HOUR = env.int("RATE_LIMIT_PER_HOUR", default=100, at_least=1, at_most=1_000_000_000)
IDEMPOTENCY_KEY_LIFE = timedelta(hours=env.int("IDEMPOTENCY_KEY_LIFE_HOURS", default=24, at_least=1, at_most=8760))
IDEMPOTENCY_LOCK_S = env.float("IDEMPOTENCY_LOCK_S", default=30, at_least=1, at_most=3600)

# ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

WEBHOOK_ALLOW_HTTP = env.bool("WEBHOOK_ALLOW_HTTP", default=not PRODUCTION)
WEBHOOK_ALLOWED_NETWORKS = env.list("WEBHOOK_ALLOWED_NETWORKS", each=is_network, of=NETWORKS)
WEBHOOK_RETENTION_DAYS = env.int("WEBHOOK_RETENTION_DAYS", default=7, at_least=2, at_most=3650)

# ── Waiting for an image ─────────────────────────────────────────────────────────────────────────────────────────────

PREFER_WAIT_MAX_S = env.int("PREFER_WAIT_MAX_S", default=60, at_least=0, at_most=3600)
STREAM_COMMENT_S = env.float("STREAM_COMMENT_S", default=15, at_least=0.1, at_most=3600)
STREAM_MAX_S = env.float("STREAM_MAX_S", default=600, at_least=0.1, at_most=86_400)
SEND_STALL_S = env.float("SEND_STALL_S", default=30, at_least=1, at_most=3600)
REQUESTS_AT_ONCE = env.int("REQUESTS_AT_ONCE", default=4, at_least=1, at_most=1000)
# granian reads it as well. Unset outside our own launcher: assume no threads are free for waiting.
if PRODUCTION and env.is_of_file("GRANIAN_BLOCKING_THREADS"):
    raise ImproperlyConfigured("GRANIAN_BLOCKING_THREADS is for granian's environment, as granian reads no .env file.")
WEB_THREADS = env.int(
    "GRANIAN_BLOCKING_THREADS", default=REQUESTS_AT_ONCE if PRODUCTION else 256, at_least=1, at_most=1024
)
# What the others may do: a quarter of all threads read bodies, an eighth wait for language models, and the rest for
# images. A few are always left to answer /healthz, and to refuse.
BODIES_AT_ONCE = max(1, WEB_THREADS // 4)
WAIT_PLACES = max(0, WEB_THREADS - REQUESTS_AT_ONCE - (WEB_THREADS * 3 // 8 if WEB_THREADS >= 64 else 0))
THREADS_TO_FILL = WEB_THREADS - WEB_THREADS // 16 if WEB_THREADS >= 16 else 0

# ── Security ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=PRODUCTION)
# Under these names a browser takes a cookie only over HTTPS, for this host alone and for all of it.
if SESSION_COOKIE_SECURE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "config.web.csrf.csrf_failed"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # instead of one more cookie
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0, at_least=0, at_most=63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=PRODUCTION)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
if SECURE_HSTS_PRELOAD and not (SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 31_536_000):
    raise ImproperlyConfigured("HSTS_PRELOAD needs HSTS_INCLUDE_SUBDOMAINS, and HSTS_SECONDS of a year or more.")
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS_PROXY else None
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if BEHIND_TLS_PROXY else 0, at_least=0, at_most=10)
FORWARDED_HEADER = env.str("FORWARDED_HEADER", default="X-Forwarded-For", choices=["X-Forwarded-For", "Forwarded"])
CSRF_TRUSTED_ORIGINS = env.list(
    "CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL] if PUBLIC_URL else [], each=is_origin, of=ORIGINS
)
X_FRAME_OPTIONS = "DENY"
PASSWORD_HASHERS = ["config.web.password_hashing.AsidePBKDF2PasswordHasher", *global_settings.PASSWORD_HASHERS[1:]]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# A name is locked for one address, so that a stranger cannot lock its owner out elsewhere; and it ends by itself.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5, at_least=1, at_most=1000)
# All names together, lest one address tries a password on each of them.
LOGIN_FAILURES_PER_ADDRESS = env.int("LOGIN_FAILURES_PER_ADDRESS", default=50, at_least=1, at_most=100_000)
AXES_HANDLER = "config.admin.lockout.Handler"
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCKOUT_MINUTES", default=15, at_least=1, at_most=10_080))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.admin.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "config.admin.lockout.answer_locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken"]  # and, always, the password
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
# A proxy in front ends TLS (README, "In production"), so that plain HTTP inside the network is meant.
# And Django knows its CSRF middleware by name only; PageCsrfMiddleware is a subclass of it. Whether a domain goes into
# the browsers' own lists, which takes months to undo, and whether HTTPS is all of its hosts' is for its owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W003", "security.W005", "security.W021"]

# ── Metrics ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PROMETHEUS_MULTIPROC_DIR = env.path("PROMETHEUS_MULTIPROC_DIR", default=None, within=BASE_DIR)
# prometheus-client reads it from the environment itself, where an empty one counts as a folder.
os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
if PROMETHEUS_MULTIPROC_DIR:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(PROMETHEUS_MULTIPROC_DIR)
METRICS_TOKEN = env.str("METRICS_TOKEN")

# ── Logs and the admin ───────────────────────────────────────────────────────────────────────────────────────────────

LOGGING_CONFIG = None
logs.configure(
    level=env.str("LOG_LEVEL", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    as_json=env.bool("LOG_JSON", default=PRODUCTION),
    stream=env.str("LOG_STREAM", default="stdout", choices=["stdout", "stderr"]),
)
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # RequestIdMiddleware has seen to it that it is sane
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # the proxy's log has it, and finding it out is a tenth of a request
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
LOGIN_REDIRECT_URL = "admin:index"
UNFOLD = admin_theme.SETTINGS
