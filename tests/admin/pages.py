"""What a browser sees of an answer."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

LIST = "/admin/generations/generation/"


def text(answer: HttpResponse) -> str:
    """The words of a page, without its tags."""
    assert answer.status_code == 200, answer.status_code
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def act(browser: Client, action: str, *generations, confirmed: bool = False, **more: str):
    """Tick these generations in the list and run the action, and say yes where it asks."""
    form = {"action": action, "index": "0", "_selected_action": [str(generation.pk) for generation in generations]}
    return browser.post(f"{LIST}?trash=with", form | more | ({"confirmed": "yes"} if confirmed else {}), follow=True)
