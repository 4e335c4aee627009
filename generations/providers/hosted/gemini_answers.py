"""What Google's answers say: the image in them, or why there is none."""

from typing import TYPE_CHECKING, Any

from generations.providers.base import ProviderError
from generations.providers.hosted.refusals import (
    CREDENTIALS,
    bounded,
    content_blocked,
    misconfigured,
    no_image,
    refusal,
    rejected,
)

if TYPE_CHECKING:
    from google.genai import types
    from google.genai.errors import APIError

POLICY = "The image service refused the prompt because of its content policy."

# By a word of the reason: each has a variant for prompts and one for images, and new ones will come.
REASONS: tuple[tuple[str, str], ...] = (
    ("PROHIBITED", "The image service refused the prompt because it asks for prohibited content."),
    ("RECITATION", "The image service refused the prompt because its image would repeat existing material."),
    ("SPII", "The image service refused the prompt because of sensitive personal information."),
    ("BLOCKLIST", "The image service refused the prompt because of a term on its block list."),
    ("SAFETY", "The image service refused the prompt for safety reasons."),
    ("ARMOR", POLICY),
    ("ESCALATION", POLICY),
    ("JAILBREAK", POLICY),
    ("BLOCK", POLICY),
)
# A request with status 400 is the caller's, unless it speaks of what the operator has chosen.
OPERATORS_WORDS = ("model", "modalit", "api version", "api key", "billed", "billing", "location is not supported")


def image_of_candidate(answer: "types.GenerateContentResponse") -> bytes:
    """The finished image of a Gemini model; some show drafts first, as thoughts."""
    feedback = answer.prompt_feedback
    if feedback and feedback.block_reason:
        raise content_blocked(sentence(feedback.block_reason.value) or POLICY)
    for candidate in answer.candidates or []:
        if candidate.finish_reason:
            check_reason(candidate.finish_reason.value)
        for part in (candidate.content and candidate.content.parts) or []:
            if part.inline_data and part.inline_data.data and not part.thought:
                return part.inline_data.data
    raise no_image()


def image_of_imagen(answer: "types.GenerateImagesResponse") -> bytes:
    for generated in answer.generated_images or []:
        if generated.rai_filtered_reason:
            raise content_blocked(POLICY)
        if generated.image and generated.image.image_bytes:
            return generated.image.image_bytes
    raise no_image()


def check_reason(reason: str) -> None:
    """Raise if a model stopped because of the content; all other reasons leave it to the image to be there or not."""
    if message := sentence(reason):
        raise content_blocked(message)
    if reason == "LANGUAGE":
        raise rejected("The image service does not understand the language of the prompt.")
    if reason == "PUP_LIMITED_DISABLED":
        raise misconfigured("The server's account with the image service is limited.")


def sentence(reason: str) -> str | None:
    """What to say about a reason that lies in the content."""
    return next((message for word, message in REASONS if word in reason.upper()), None)


def explain(error: "APIError") -> ProviderError:
    """What a refusal means; its own words stay here, as they may quote the key."""
    headers = getattr(error.response, "headers", {})
    details = error_details(error.details)
    if any(detail.get("reason") == "API_KEY_INVALID" for detail in details):
        return misconfigured(CREDENTIALS)
    if error.code == 400 and "responsible ai" in str(error.message).lower():
        return content_blocked(POLICY)
    if error.code == 400 and speaks_of_the_settings(error):
        return misconfigured("The image service does not accept the server's model or account.")
    problem = refusal(error.code, headers)
    delay = next((delay for detail in details if (delay := retry_delay_s(detail)) is not None), None)
    if problem.retryable and problem.retry_after_s is None:
        problem.retry_after_s = delay
    return problem


def speaks_of_the_settings(error: "APIError") -> bool:
    """FAILED_PRECONDITION is Google's word for an account or a region that may not do this."""
    words = str(error.message).lower()
    if "aspect" in words:
        return False
    return error.status == "FAILED_PRECONDITION" or any(word in words for word in OPERATORS_WORDS)


def error_details(document: Any) -> list[dict[str, Any]]:
    """https://cloud.google.com/apis/design/errors, of which nothing can be relied on."""
    match document:
        case {"error": {"details": list(details)}} | {"details": list(details)}:
            return [detail for detail in details if isinstance(detail, dict)]
    return []


def retry_delay_s(detail: dict[str, Any]) -> float | None:
    """The ``google.rpc.RetryInfo`` of an error, such as "34.5s"."""
    try:
        return bounded(float(str(detail["retryDelay"]).removesuffix("s")))
    except (KeyError, ValueError):
        return None
