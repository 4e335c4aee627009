"""Pictures in the admin: the stored file itself, drawn small and loaded only when it scrolls into view."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.images.models import Image


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
