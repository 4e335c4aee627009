"""Pictures in the admin: the stored file itself, drawn small and loaded only when it scrolls into view."""

from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.images.models import Image

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def thumbnail(image: Image | None, link: str) -> SafeString:
    """A box of a fixed size, so that the list does not jump while its pictures arrive."""
    if image is None:
        return format_html('<a href="{}" class="easel-thumb" aria-label="Open"></a>', link)
    return format_html(
        '<a href="{}" class="easel-thumb"><img src="{}" alt="" width="72" height="48" loading="lazy" decoding="async">'
        "</a>",
        link,
        image.storage_url,
    )


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
