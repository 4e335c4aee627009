"""Pictures from Google: the Gemini image models, and Imagen where it is still served.

https://ai.google.dev/gemini-api/docs/image-generation
https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api
"""

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings

from generations.providers.base import ImageProvider, ImageRequest, ImageResult
from generations.providers.hosted.configuration import address_problems, key_problems, sdk_problems
from generations.providers.hosted.gemini_answers import explain, image_of_candidate, image_of_imagen
from generations.providers.hosted.refusals import unreadable

if TYPE_CHECKING:
    from google import genai

GEMINI_URL = "https://generativelanguage.googleapis.com"
IMAGEN_URL = "https://aiplatform.googleapis.com"
IMAGEN_RATIOS = {"1:1", "3:4", "4:3", "9:16", "16:9"}
ENVELOPE_BYTES = 1024 * 1024


class GeminiProvider(ImageProvider):
    """Asks for one image by its aspect ratio; these models choose the pixels themselves.

    A ``model`` called imagen-… is asked for on Google's enterprise platform, with a key of that platform: the Gemini
    API serves Imagen no more. Of our ratios it paints three, and a chain passes it by for the others.
    """

    name = "gemini"

    def __init__(
        self, *, api_key: str = "", model: str = "gemini-nano-banana-2.1", base_url: str = "", timeout_s: float = 120
    ) -> None:
        self._api_key = api_key
        self.model = model
        self._base_url = base_url
        self._timeout_s = self.longest_s = timeout_s
        self._is_imagen = model.removeprefix("models/").startswith("imagen-")

    def problems(self) -> list[str]:
        problems = [
            *sdk_problems("google.genai", extra="gemini"),
            *address_problems(self._base_url, key="GEMINI_API_KEY", variable="GEMINI_BASE_URL"),
            *key_problems(self._api_key, variable="GEMINI_API_KEY"),
        ]
        if not self._api_key:
            problems.append("there is no key; set GEMINI_API_KEY")
        return problems

    def can_paint(self, request: ImageRequest) -> bool:
        return not self._is_imagen or request.aspect_ratio in IMAGEN_RATIOS

    def generate(self, request: ImageRequest) -> ImageResult:
        from google.genai.errors import APIError

        paint = paint_with_imagen if self._is_imagen else paint_with_gemini
        client = self._client
        try:
            content = paint(client, self.model, request)
        except APIError as error:
            raise explain(error) from None
        except (ValueError, TypeError, AttributeError, RecursionError):
            # The SDK reads an answer as if it could be relied on.
            unread = unreadable()
            unread.paid = True
            raise unread from None
        return ImageResult(content, self.model)

    @cached_property
    def _client(self) -> "genai.Client":
        from google import genai
        from google.genai import types

        from generations.providers.hosted.client import BoundedClient

        base64_bytes = settings.MAX_IMAGE_BYTES * 4 // 3
        client = BoundedClient(max_bytes=base64_bytes + ENVELOPE_BYTES, timeout_s=self._timeout_s)
        address = self._base_url or (IMAGEN_URL if self._is_imagen else GEMINI_URL)
        version = "v1beta1" if self._is_imagen else "v1"
        options = types.HttpOptions(base_url=address, api_version=version, httpx_client=client)
        # Google serves Imagen on its enterprise platform only.
        return genai.Client(enterprise=self._is_imagen, api_key=self._api_key, http_options=options)


def paint_with_gemini(client: "genai.Client", model: str, request: ImageRequest) -> bytes:
    from google.genai import types

    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=request.aspect_ratio),
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
    return image_of_candidate(client.models.generate_content(model=model, contents=request.prompt, config=config))


def paint_with_imagen(client: "genai.Client", model: str, request: ImageRequest) -> bytes:
    from google.genai import types

    config = types.GenerateImagesConfig(number_of_images=1, aspect_ratio=request.aspect_ratio, include_rai_reason=True)
    return image_of_imagen(client.models.generate_images(model=model, prompt=request.prompt, config=config))
