"""Ages and durations, for people."""

from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def age(moment: datetime | None) -> SafeString | str:
    """``5 min``, with the exact time on hover."""
    if moment is None:
        return "–"
    text = duration((timezone.now() - moment).total_seconds())
    exact = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, text)


def duration(seconds: float) -> str:
    """The largest unit that fits; a decimal below ten seconds."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    size, unit = next(pair for pair in UNITS if seconds >= pair[0])
    return f"{int(seconds // size)} {unit}"
