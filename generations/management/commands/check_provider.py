"""``manage.py check_provider``: does a provider make pictures, how long does it take, and what comes?"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from generations.images.inspection import InvalidImage, Picture, inspect_picture
from generations.models import AspectRatio
from generations.providers import ImageProvider, ImageRequest, ImageResult, ProviderError, get_provider
from generations.serializers.fields import PROMPT_MAX_LENGTH
from projects.management.operators import CommandWithExamples

PROMPT = "a lighthouse on a cliff at sunset"


class Command(CommandWithExamples):
    help = "Make one picture with an image provider: what was asked, what came, how long it took, where the file is."
    requires_system_checks = []  # they would complain of the other providers
    examples = """
  manage.py check_provider
  manage.py check_provider openai --prompt "a red fox in the snow" --aspect-ratio 16:9
"""
    exits = "Ends with 0 when a picture came and is kept, 1 with one sentence if none did, 2 for a wrong command line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("alias", nargs="?", help="A name of IMAGE_PROVIDERS; the first of the chain by default.")
        parser.add_argument("--prompt", default=PROMPT)
        parser.add_argument("--aspect-ratio", default=AspectRatio.SQUARE.value, choices=AspectRatio.values)

    def handle(self, *args: Any, alias: str | None, prompt: str, aspect_ratio: str, **options: Any) -> None:
        if not 0 < len(prompt.strip()) <= PROMPT_MAX_LENGTH:
            raise CommandError(f"--prompt is text of 1 to {PROMPT_MAX_LENGTH} characters.")
        alias = alias or settings.IMAGE_PROVIDER_CHAIN[0]
        provider = self.start(alias)
        request = ask_for(prompt, aspect_ratio)
        self.stdout.write(f"Asked    {alias} ({provider.name}) for {request.width} × {request.height}: {prompt}")
        picture = self.inspect(self.paint(provider, request))
        path = keep(picture, alias)
        self.stdout.write(self.style.SUCCESS(f"Kept     {path}"))

    def start(self, alias: str) -> ImageProvider:
        if alias not in settings.IMAGE_PROVIDERS:
            raise CommandError(f"No provider is called {alias!r}. There are: {', '.join(settings.IMAGE_PROVIDERS)}.")
        began = time.monotonic()
        try:
            provider = get_provider(alias)
        except (ImportError, KeyError, TypeError, ValueError) as error:
            raise CommandError(f"Image provider {alias!r} does not start: {error}") from None
        if problems := provider.problems():
            raise CommandError("\n".join(f"Image provider {alias!r}: {problem}" for problem in problems))
        self.stdout.write(f"Started  in {since(began)}")
        return provider

    def paint(self, provider: ImageProvider, request: ImageRequest) -> ImageResult:
        if not provider.can_paint(request):
            raise CommandError(f"It cannot make pictures of {request.aspect_ratio}.")
        began = time.monotonic()
        try:
            result = provider.generate(request)
        except ProviderError as error:
            again = f", again after {error.retry_after_s:.0f} s" if error.retry_after_s else ""
            kind = "may pass" if error.retryable else "lasting"
            raise CommandError(f"{error.message} ({error.code}, {kind}{again}; after {since(began)})") from error
        self.stdout.write(f"Painted  by {result.model} in {since(began)}")
        return result

    def inspect(self, result: ImageResult) -> Picture:
        began = time.monotonic()
        try:
            picture = inspect_picture(result.content)
        except InvalidImage as error:
            raise CommandError(f"{error} ({len(result.content)} bytes came)") from None
        size = f"{picture.width} × {picture.height}, {len(picture.content)} bytes"
        self.stdout.write(f"Came     {picture.mime_type}, {size}, inspected in {since(began)}")
        return picture


def ask_for(prompt: str, aspect_ratio: str) -> ImageRequest:
    width, height = AspectRatio(aspect_ratio).size
    return ImageRequest(prompt, prompt, aspect_ratio, width, height)


def since(began: float) -> str:
    return f"{time.monotonic() - began:.2f} s"


def keep(picture: Picture, alias: str) -> Path:
    """Beside the pictures of the projects, and never among them."""
    folder: Path = settings.DATA_DIR / "check"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{alias}.{picture.extension}"
    path.write_bytes(picture.content)
    return path
