"""Any server that speaks OpenAI's chat completions: OpenAI, Ollama, vLLM, llama.cpp, LM Studio, OpenRouter.

https://platform.openai.com/docs/api-reference/chat/create
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from enhancement.enhancers.base import EnhancementError, PromptRefused
from enhancement.enhancers.hosted import HostedEnhancer
from enhancement.system_prompts import MOST_TOKENS, system_prompt, user_message
from enhancement.templates import Template
from enhancement.validation import NonsenseAnswer

if TYPE_CHECKING:
    from openai import OpenAI


class OpenAIEnhancer(HostedEnhancer):
    """Asks a chat model, once. A server of one's own needs no key."""

    name = "openai"
    vendor_url = "https://api.openai.com/v1"
    vendor_model = "gpt-5.4-mini"
    sdk = "openai"

    def enhance(self, prompt: str, template: Template) -> str:
        """Ask for one completion; a refusal, a cut and whatever is no completion are errors."""
        from openai import APIStatusError, OpenAIError

        from enhancement.enhancers.connection import answered_status, broken_connection

        try:
            completion = self._client.chat.completions.create(**self._request(prompt, template))
        except APIStatusError as error:
            raise answered_status(error.status_code) from None
        except (OpenAIError, ValueError) as error:  # ValueError: what came is no JSON
            raise broken_connection(error, self._timeout_s) from None
        return _text_of(completion)

    def problems(self) -> list[str]:
        """A server of one's own has models of its own, too."""
        is_sure = self._names_model or self._is_openai_itself
        return [*super().problems(), *([] if is_sure else ["it names no model; set OPENAI_ENHANCER_MODEL"])]

    def needs_key(self) -> bool:
        return self._is_openai_itself

    @cached_property
    def _client(self) -> "OpenAI":
        from openai import OpenAI

        from enhancement.enhancers.connection import connect

        return OpenAI(
            base_url=self.base_url,
            api_key=self._api_key or "none",
            max_retries=0,
            timeout=self._timeout_s,
            http_client=connect(self, self._timeout_s),
        )

    @property
    def _is_openai_itself(self) -> bool:
        return self.base_url.startswith("https://api.openai.com/")

    def _request(self, prompt: str, template: Template) -> dict[str, Any]:
        # OpenAI's newer models refuse the old name of this limit, and not every other server knows the new one.
        limit = "max_completion_tokens" if self._is_openai_itself else "max_tokens"
        messages = [
            {"role": "system", "content": system_prompt(template)},
            {"role": "user", "content": user_message(prompt)},
        ]
        return {"model": self.model, "messages": messages, limit: MOST_TOKENS}


def _text_of(completion: Any) -> str:
    """The SDK does not validate what came, so that each part of it may be missing or of any type."""
    try:
        choice = completion.choices[0]
        message, reason = choice.message, choice.finish_reason
        text, refusal = message.content, getattr(message, "refusal", None)
    except (AttributeError, IndexError, KeyError, TypeError):
        raise EnhancementError("answered something that is not its protocol") from None
    if refusal or reason == "content_filter":
        raise PromptRefused("refused the prompt")
    if reason == "length":
        raise NonsenseAnswer("cut off")
    if not isinstance(text, str):
        raise NonsenseAnswer("no text")
    return text
