"""Google's Gemini models: https://ai.google.dev/api/generate-content"""

from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from enhancement.answers import NonsenseAnswer
from enhancement.enhancers.base import PromptEnhancer, PromptRefused
from enhancement.system_prompts import MOST_TOKENS, PROMPT_VERSION, system_prompt, user_message
from enhancement.templates import Template

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import GenerateContentConfig

GEMINI_URL = "https://generativelanguage.googleapis.com"
GEMINI_MODEL = "gemini-3.5-flash-lite"
CUT_OFF = {"MAX_TOKENS"}
BROKEN = {"OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE"}
FINE = {"STOP", "FINISH_REASON_UNSPECIFIED", ""}


class GeminiEnhancer(PromptEnhancer):
    """Asks a Gemini model, once."""

    name = "gemini"

    def __init__(
        self, *, model: str = GEMINI_MODEL, api_key: str = "", base_url: str = GEMINI_URL, timeout_s: float = 5.0
    ) -> None:
        self.model = model
        self.base_url = base_url or GEMINI_URL
        self._api_key = api_key
        self._timeout_s = timeout_s

    @property
    def label(self) -> str:
        return f"{self.name}:{self.model}@{PROMPT_VERSION}"

    def enhance(self, prompt: str, template: Template) -> str:
        """Ask for one answer; a refusal, a cut and whatever is no answer are errors."""
        from google.genai.errors import APIError
        from httpx2 import HTTPError, InvalidURL

        from enhancement.enhancers.base import EnhancementError
        from enhancement.enhancers.connection import answered_status, broken_connection

        try:
            response = self._client.models.generate_content(
                model=self.model, contents=user_message(prompt), config=self._config(template)
            )
        except APIError as error:
            raise answered_status(error.code) from None
        except (HTTPError, InvalidURL, EnhancementError, ValueError, TypeError) as error:
            raise broken_connection(error, self._timeout_s) from None
        return _text_of(response)

    def problems(self) -> list[str]:
        found = []
        if not _is_installed():
            found.append(
                "its SDK is missing: run `.venv/bin/pip install google-genai` (or `pip install easel[gemini]`)"
            )
        if not self._api_key:
            found.append("no API key: set GEMINI_API_KEY")
        if not self.model:
            found.append("no model: set GEMINI_ENHANCER_MODEL")
        if urlsplit(self.base_url).scheme not in {"http", "https"}:
            found.append("its address is no HTTP address: set GEMINI_ENHANCER_BASE_URL")
        return found

    @cached_property
    def _client(self) -> "Client":
        from google.genai import Client
        from google.genai.types import HttpOptions, HttpRetryOptions

        from enhancement.enhancers.connection import connect, keep_quiet

        keep_quiet("google_genai")
        options = HttpOptions(
            base_url=self.base_url,
            api_version="v1beta",
            timeout=int(self._timeout_s * 1000),
            retry_options=HttpRetryOptions(attempts=1),
            httpx_client=connect(self, self._timeout_s),
        )
        return Client(vertexai=False, api_key=self._api_key, http_options=options)

    def _config(self, template: Template) -> "GenerateContentConfig":
        from google.genai.types import AutomaticFunctionCallingConfig, GenerateContentConfig

        return GenerateContentConfig(
            system_instruction=system_prompt(template),
            max_output_tokens=MOST_TOKENS,
            candidate_count=1,
            automatic_function_calling=AutomaticFunctionCallingConfig(disable=True),
        )


def _is_installed() -> bool:
    try:
        return find_spec("google.genai") is not None
    except ModuleNotFoundError:  # there is no package google at all
        return False


def _text_of(response: Any) -> str:
    """The first candidate's text, unless Gemini says that it held something back."""
    if response.prompt_feedback and response.prompt_feedback.block_reason:
        raise PromptRefused("refused the prompt")
    if not response.candidates:
        raise NonsenseAnswer("no text")
    candidate = response.candidates[0]
    reason = str(getattr(candidate.finish_reason, "value", candidate.finish_reason) or "")
    if reason in CUT_OFF:
        raise NonsenseAnswer("cut off")
    if reason in BROKEN:
        raise NonsenseAnswer("no text")
    if reason not in FINE:
        raise PromptRefused("refused the prompt")
    parts = (candidate.content and candidate.content.parts) or []
    text = "".join(part.text for part in parts if part.text and not part.thought)
    if not text:
        raise NonsenseAnswer("no text")
    return text
