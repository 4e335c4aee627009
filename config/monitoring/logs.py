"""One line per event, JSON in production, with whatever ids are bound: request_id, generation_id."""

import logging.config
import sys
from typing import Any

import structlog

# At lower levels vendors' SDKs and their HTTP clients log what they send: prompts, and links with their signatures.
TALKATIVE = ("openai", "google_genai", "httpx", "httpcore", "httpx2", "httpcore2")

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(*, level: str, as_json: bool, stream: str) -> None:
    """Send structlog and the standard library's logging through the same formatter to ``stdout`` or ``stderr``."""
    formatter = json_formatter if as_json else lambda: text_formatter(colors=getattr(sys, stream).isatty())
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": formatter}},
            "handlers": {
                "stream": {"class": "logging.StreamHandler", "stream": f"ext://sys.{stream}", "formatter": "line"}
            },
            "root": {"handlers": ["stream"], "level": level},
            "loggers": {
                # Easel's own request line says more, and these two would repeat it.
                "django.server": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                # At INFO, four lines for every login.
                "axes": {"level": "WARNING"},
                # Says every task's arguments and result at INFO.
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
                **{name: {"level": "WARNING"} for name in TALKATIVE},
            },
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def json_formatter() -> logging.Formatter:
    """One JSON object per line; granian's own lines take it as well, by config/granian.json."""
    return _formatter(structlog.processors.format_exc_info, structlog.processors.JSONRenderer())


def text_formatter(*, colors: bool) -> logging.Formatter:
    """For people at a terminal."""
    # The default traceback shows local variables: prompts, keys.
    plain = structlog.dev.plain_traceback
    return _formatter(structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain))


def _formatter(*final: Any) -> logging.Formatter:
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=[remove_meta, *final])
