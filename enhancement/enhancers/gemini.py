"""Google's Gemini models: https://ai.google.dev/api/generate-content"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from enhancement.enhancers.base import EnhancementError, PromptRefused
from enhancement.enhancers.hosted import HostedEnhancer
from enhancement.system_prompts import MOST_TOKENS, system_prompt, user_message
from enhancement.templates import Template
from enhancement.validation import NonsenseAnswer

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.errors import APIError
    from google.genai.types import GenerateContentConfig

CUT_OFF = {"MAX_TOKENS"}
BROKEN = {"OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE"}
FINE = {"STOP", "FINISH_REASON_UNSPECIFIED", ""}


class GeminiEnhancer(HostedEnhancer):
    """Asks a Gemini model, once."""

    name = "gemini"
    vendor_url = "https://generativelanguage.googleapis.com"
    vendor_model = "gemini-3.5-flash-lite"
    sdk = "google.genai"

    def enhance(self, prompt: str, template: Template) -> str:
        """Ask for one answer; a refusal, a cut and whatever is no answer are errors."""
        from google.genai.errors import APIError
        from httpx2 import HTTPError, InvalidURL

        from enhancement.enhancers.connection import broken_connection

        try:
            response = self._client.models.generate_content(
                model=self.model, contents=user_message(prompt), config=self._config(template)
            )
        except APIError as error:
            raise _fault_of(error) from None
        except (HTTPError, InvalidURL, EnhancementError, ValueError, TypeError) as error:
            raise broken_connection(error, self._timeout_s) from None
        return _text_of(response)

    @cached_property
    def _client(self) -> "Client":
        from google.genai import Client
        from google.genai.types import HttpOptions, HttpRetryOptions

        from enhancement.enhancers.connection import connect

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


def _fault_of(error: "APIError") -> EnhancementError:
    """Google answers 400 also where the key, the account or the country is wrong, which is no fault of the prompt's."""
    from enhancement.enhancers.connection import answered_status

    if _names_the_key(error.details):
        return EnhancementError("does not accept the key")
    if error.status == "FAILED_PRECONDITION":
        return EnhancementError("does not serve this account")
    return answered_status(error.code)


def _names_the_key(document: Any) -> bool:
    """https://cloud.google.com/apis/design/errors, of which nothing can be relied on."""
    match document:
        case {"error": {"details": list(details)}}:
            return any(isinstance(detail, dict) and detail.get("reason") == "API_KEY_INVALID" for detail in details)
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
