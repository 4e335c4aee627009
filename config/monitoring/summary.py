"""What this installation runs on, in a few lines without a secret: for the banner, and for a log's first event."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from config.settings.image_providers import Configuration

log = structlog.get_logger(__name__)


def announce_web() -> None:
    """Say at a server process' start what it runs on; on a laptop the banner has said it."""
    if settings.PRODUCTION:
        log.info("web_starts", **runs_on())
        if not settings.METRICS_TOKEN:
            log.warning("metrics_closed", hint="Set METRICS_TOKEN, and Prometheus may scrape /metrics with it.")


def announce_worker(queues: Iterable[str]) -> None:
    log.info("worker_starts", queues=sorted(queues), **runs_on())


def runs_on() -> dict[str, str]:
    """Each part by its name, in the order in which people ask."""
    return {
        "environment": settings.ENVIRONMENT,
        "database": database(settings.DATABASES["default"]),
        "broker": address(settings.CELERY_BROKER_URL) or "this process",
        "rate_limits": address(settings.REDIS_URL) or "counted by each process for itself",
        "pictures": storage(settings.STORAGES["default"]),
        "providers": ", then ".join(provider(alias) for alias in settings.IMAGE_PROVIDER_CHAIN),
        "enhancer": enhancer(),
        "links": settings.PUBLIC_URL or "begin with the host that a request names",
        "logins": logins(),
        "metrics": metrics(),
    }


def database(configured: Mapping[str, Any]) -> str:
    if "sqlite3" in configured["ENGINE"]:
        return f"SQLite, {configured['NAME']}"
    hosts = configured["HOST"] or "a local socket"
    port = f", port {configured['PORT']}" if configured["PORT"] else ""
    tls = configured["OPTIONS"].get("sslmode", "prefer")
    return f"PostgreSQL, {configured['NAME']} on {hosts}{port}, sslmode {tls}"


def address(urls: str) -> str:
    """Scheme, host, port and path of each address, and nothing of who asks; empty for a broker in memory."""
    return ", ".join(public_part(url) for url in urls.split(";") if url and not url.startswith("memory:"))


def public_part(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def storage(configured: Mapping[str, Any]) -> str:
    options = configured["OPTIONS"]
    if "bucket_name" not in options:
        return f"on disk, {settings.MEDIA_ROOT}"
    where = f"S3 bucket {options['bucket_name']} at {options['endpoint_url'] or 'AWS'}"
    if "WebServed" in configured["BACKEND"]:
        return f"{where}, served by the web"
    if options["custom_domain"]:
        return f"{where}, links to {options['url_protocol']}//{options['custom_domain']}"
    return f"{where}, links signed for {options['querystring_expire']} s"


def provider(alias: str) -> str:
    configured = settings.IMAGE_PROVIDERS.get(alias)
    return " ".join([alias, *told(configured)]) if configured else f"{alias}, which is not configured"


def enhancer() -> str:
    configured = settings.PROMPT_ENHANCERS["default"]
    return " ".join([configured["BACKEND"].split(".")[-2], *told(configured)])


def told(configured: Configuration) -> list[str]:
    """Of a plug-in of ours, the model and the address, which hold no secret; of another one, whose it is."""
    if configured["BACKEND"].split(".")[0] not in {"generations", "enhancement"}:
        return [f"({configured['BACKEND']})"]
    options = configured.get("OPTIONS", {})
    return [f"{word}{options[name]}" for name, word in (("model", ""), ("base_url", "at ")) if options.get(name)]


def logins() -> str:
    """By whose address wrong passwords are counted."""
    if not settings.TRUSTED_PROXIES:
        return "counted by the address that connects"
    proxies = "the proxy" if settings.TRUSTED_PROXIES == 1 else f"the first of {settings.TRUSTED_PROXIES} proxies"
    said = f"counted by the address that {proxies} names in {settings.FORWARDED_HEADER}"
    return said if settings.FORWARDED_HEADER == "Forwarded" else f"{said}, if X_Forwarded_For is dropped there"


def metrics() -> str:
    if settings.METRICS_TOKEN:
        return "for the bearer of METRICS_TOKEN"
    return "closed until METRICS_TOKEN is set" if settings.PRODUCTION else "open, as on any laptop"


# ── What costs money ─────────────────────────────────────────────────────────────────────────────────────────────────


def paid_for_by_shell() -> list[str]:
    """A sentence for each vendor's key that came along with the shell and is used: nobody may have noticed it."""
    return [sentence for name in settings.VENDOR_API_KEYS_OF_SHELL for sentence in said_of_key(name)]


def said_of_key(name: str) -> list[str]:
    vendor = name.removesuffix("_API_KEY").lower()
    backend = settings.PROMPT_ENHANCERS["default"]["BACKEND"]
    uses = {"pictures": vendor in settings.IMAGE_PROVIDER_CHAIN, "better prompts": backend.split(".")[-2] == vendor}
    what = " and ".join(use for use, is_used in uses.items() if is_used)
    return [f"{name} is set in this shell, so {what} come from {vendor} and cost money."] if what else []
