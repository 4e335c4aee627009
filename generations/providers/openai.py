"""Pictures from any server that speaks OpenAI's ``POST /v1/images/generations``: OpenAI itself, LocalAI, vLLM-Omni,
SGLang, LiteLLM, Recraft.

https://developers.openai.com/api/reference/resources/images/methods/generate
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings

from generations.providers.base import ImageProvider, ImageRequest, ImageResult, ProviderError
from generations.providers.hosted.configuration import address_problems, key_problems, sdk_problems
from generations.providers.hosted.openai_answers import decode, explain, image_in
from generations.providers.hosted.refusals import no_image
from generations.providers.hosted.sizes import nearest_size

if TYPE_CHECKING:
    import openai

    from generations.providers.hosted.client import BoundedClient

OFFICIAL_URL = "https://api.openai.com/v1"
ENVELOPE_BYTES = 1024 * 1024


class OpenAIProvider(ImageProvider):
    """Asks for one image; options that are empty are not sent, so that servers which do not know them accept it.

    ``image_hosts`` (in the form of ALLOWED_HOSTS) names hosts besides ``base_url``'s from which a server may have its
    pictures fetched. A server with a ``base_url`` of its own may need no key.
    """

    name = "openai"

    def __init__(
        self,
        *,
        base_url: str = "",
        api_key: str = "",
        model: str = "gpt-image-2.5-flare",
        quality: str = "",
        output_format: str = "",
        moderation: str = "",
        timeout_s: float = 120,
        image_hosts: Sequence[str] = (),
    ) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self.model = model
        self._options = {"quality": quality, "output_format": output_format, "moderation": moderation}
        self._timeout_s = self.longest_s = timeout_s
        self._image_hosts = tuple(image_hosts)

    def problems(self) -> list[str]:
        problems = [
            *sdk_problems("openai", extra="openai"),
            *address_problems(self._base_url, key="OPENAI_API_KEY", variable="OPENAI_BASE_URL"),
            *key_problems(self._api_key, variable="OPENAI_API_KEY"),
        ]
        if not self._api_key and not self._base_url:
            problems.append("there is no key; set OPENAI_API_KEY, or OPENAI_BASE_URL to a server of your own")
        return problems

    def generate(self, request: ImageRequest) -> ImageResult:
        body = self._ask(request)
        try:
            image = image_in(body)
            request.stop_if_canceled()
            return ImageResult(self._content(image), self.model)
        except ProviderError as error:
            error.paid = True
            raise

    def _ask(self, request: ImageRequest) -> bytes:
        """The body of the answer."""
        import openai

        size = nearest_size(self.model, request.width, request.height)
        options: dict[str, Any] = {name: value for name, value in self._options.items() if value}
        try:
            images = self._client.images.with_raw_response
            answer = images.generate(prompt=request.prompt, model=self.model, size=size, **options)
        except openai.APIStatusError as error:
            raise explain(error) from None
        return answer.http_response.content

    def _content(self, image: dict[str, Any]) -> bytes:
        match image:
            case {"b64_json": str(text)} if text:
                return decode(text)
            case {"url": str(url)} if url.startswith("data:"):
                return decode(url)
            case {"url": str(url)} if url:
                return self._fetch(url)
        # Where the prompt was worked on, the model has been asked, and has said no in its way.
        raise no_image(lasting=bool(image.get("revised_prompt")))

    def _fetch(self, url: str) -> bytes:
        import httpx2

        from generations.providers.hosted.download import ImageHosts

        base_url = (self._base_url or OFFICIAL_URL).rstrip("/")
        hosts = ImageHosts(httpx2.URL(f"{base_url}/"), self._image_hosts)
        return hosts.fetch(url, max_bytes=settings.MAX_IMAGE_BYTES, timeout_s=self._timeout_s)

    @cached_property
    def _client(self) -> "openai.OpenAI":
        import openai

        return openai.OpenAI(
            # The SDK wants a key even where the server does not.
            api_key=self._api_key or "none",
            base_url=self._base_url or OFFICIAL_URL,
            max_retries=0,
            http_client=self._http_client(),
        )

    def _http_client(self) -> "BoundedClient":
        from generations.providers.hosted.client import BoundedClient

        base64_bytes = settings.MAX_IMAGE_BYTES * 4 // 3
        return BoundedClient(max_bytes=base64_bytes + ENVELOPE_BYTES, timeout_s=self._timeout_s)
