"""/metrics for Prometheus: HTTP as this service counts it, generations as the database tells it when asked.

With several server processes, PROMETHEUS_MULTIPROC_DIR names an empty folder in which they count together.
"""

import hmac
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

from config.monitoring.collectors import GAUGES
from projects.api.error_pages import answer

if settings.PROMETHEUS_MULTIPROC_DIR:
    # prometheus-client opens its files there as soon as a metric is named.
    settings.PROMETHEUS_MULTIPROC_DIR.mkdir(parents=True, exist_ok=True)

REQUESTS = Counter("easel_http_requests", "Requests by route, method and status.", ["route", "method", "status"])
SECONDS = Histogram(
    "easel_http_request_duration_seconds",
    "From the first middleware to the answer.",
    ["route", "method", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CLOSED = "The metrics are closed until METRICS_TOKEN is set."
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
UNMATCHED = "(none)"


class MetricsMiddleware:
    """Counts and times every request under its route, never under its path: ids would make a series each."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # Looking a label up costs more than counting with it.
        self.bound: dict[tuple[str, str | None, int], tuple[Counter, Histogram]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        labels = (match.route if match else UNMATCHED, request.method, response.status_code)
        requests, seconds = self.bound.get(labels) or self.bind(labels)
        requests.inc()
        seconds.observe(perf_counter() - began)
        return response

    def bind(self, labels: tuple[str, str | None, int]) -> tuple[Counter, Histogram]:
        route, method, status = labels
        names = (route, method if method in METHODS else "other", str(status))
        metrics = REQUESTS.labels(*names), SECONDS.labels(*names)
        if method in METHODS:
            self.bound[labels] = metrics
        return metrics


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus scrapes: for the bearer of METRICS_TOKEN; without one, on a laptop only."""
    if settings.PRODUCTION and not settings.METRICS_TOKEN:
        return answer(request, 403, "FORBIDDEN", CLOSED)
    if settings.METRICS_TOKEN and not may_scrape(request):
        refusal = answer(request, 401, "UNAUTHORIZED", "A bearer token is needed.")
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    return HttpResponse(generate_latest(http_registry()) + generate_latest(GAUGES), content_type=CONTENT_TYPE_LATEST)


def may_scrape(request: HttpRequest) -> bool:
    given = request.META.get("HTTP_AUTHORIZATION", "")
    return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())


def http_registry() -> CollectorRegistry:
    """This process' own counts, or those of all server processes together."""
    if not settings.PROMETHEUS_MULTIPROC_DIR:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, str(settings.PROMETHEUS_MULTIPROC_DIR))  # type: ignore[no-untyped-call]
    return registry
