"""The error in an answer of those who speak like OpenAI: whose fault it is, whatever status it comes with.

OpenAI, Azure, vLLM and SGLang say ``{"error": {"message", "type", "param", "code"}}``, LiteLLM the same with the status
as code, FastAPI ``{"detail": …}``, smaller servers ``{"error": "…"}``; some of them with status 200.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from generations.providers.base import ProviderError
from generations.providers.hosted.refusals import (
    content_blocked,
    misconfigured,
    quota_used_up,
    refusal,
    rejected,
    unknown_model,
)

POLICY = "The image service refused the prompt because of its content policy."
POLICY_MARKS = (
    "content_policy",
    "contentpolicy",
    "content policy",
    "content_filter",
    "contentfilter",
    "content filter",
    "content management policy",
    "moderation_blocked",
    "safety system",
    "safety_violation",
    "image_safety",
    "prohibited_content",
    "responsibleai",
    "responsible ai",
    "nsfw",
)
FILTERED_MARKS = (*POLICY_MARKS, "filtered", "safety", "moderat", "blocked")
MODEL_MARKS = (
    "model_not_found",
    "model not found",
    "model_not_available",
    "invalid_model",
    "invalid model",
    "invalid_deployment",
    "deploymentnotfound",
    "unknown model",
    "no such model",
    "unsupported model",
    "not a valid model",
    "model is not supported",
)
QUOTA_MARKS = {"insufficient_quota", "billing_hard_limit_reached"}
# What of a request is the caller's; all else comes from the settings.
CALLERS = {"prompt", "size"}
# Of what we send; other names are a vendor's own words.
OURS = {*CALLERS, "quality", "output_format", "moderation"}
ABOUT_THE_REQUEST = {400, 422}
# Those that come with a sentence about a model that is not there; with others, such as 429, it is there and busy.
ABOUT_THE_MODEL = {None, *ABOUT_THE_REQUEST, 403, 404, 500}
RATE_TYPES = ("rate_limit", "too_many_requests")


def explain_error(
    document: Mapping[str, Any], *, status: int | None, headers: Mapping[str, str]
) -> ProviderError | None:
    """What the error in an answer means; None where there is none, or nothing that its status does not say.

    ``status`` is None for an answer that calls itself good.
    """
    error = error_in(document)
    if not error:
        return None
    marks = {str(error.get(name)).lower() for name in ("code", "type", "status")}
    said, param = " ".join([*marks, *sentences(error)]).lower(), param_of(error)
    if status in {None, 400, 403, 422, 451} and any(mark in said for mark in POLICY_MARKS):
        return content_blocked(POLICY)
    if marks & QUOTA_MARKS:
        return quota_used_up(headers)
    if status in ABOUT_THE_MODEL and param not in CALLERS and speaks_of_a_missing_model(param, said):
        return unknown_model()
    if status is None:
        return refusal_with_a_good_status(marks, param, headers)
    return about(param) if param and status in ABOUT_THE_REQUEST else None


def error_in(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The error object of an answer, or one made of what stands in its place."""
    match document:
        case {"error": dict(error)}:
            return error
        case {"error": str(message)} if message:
            return {"message": message}
        case {"detail": [dict(first), *_]}:
            return first
        case {"detail": dict(error)}:
            return error
        case {"detail": str(message)} | {"message": str(message)} if message:
            return {"message": message, "code": document.get("code"), "type": document.get("type")}
    return {}


def sentences(error: Mapping[str, Any]) -> Iterator[str]:
    """What the error says of itself; never what was sent, which some repeat."""
    for name in ("message", "msg", "reason", "finish_reason"):
        if isinstance(error.get(name), str):
            yield error[name]
    for inner in (error.get("innererror"), error.get("inner_error")):
        if isinstance(inner, dict):
            yield str(inner.get("code"))


def param_of(error: Mapping[str, Any]) -> str:
    """The part of the request that the error is about: OpenAI's ``param``, or the end of FastAPI's ``loc``."""
    match error:
        case {"param": str(name)}:
            return name
        case {"loc": [*_, str(name)]}:
            return name
    return ""


def speaks_of_a_missing_model(param: str, said: str) -> bool:
    if param == "model" or any(mark in said for mark in MODEL_MARKS):
        return True
    return "model" in said and ("does not exist" in said or "not found" in said)


def about(param: str) -> ProviderError:
    """A refusal of one part of the request: of the caller's, or of what the operator has set."""
    part = f"'s {param}" if param in OURS else ""
    message = f"The image service did not accept the request{part}."
    return rejected(message) if param in CALLERS else misconfigured(message)


def refusal_with_a_good_status(marks: set[str], param: str, headers: Mapping[str, str]) -> ProviderError:
    """By the status that it names itself, else by its kind; what says neither is a service that is not available."""
    words = " ".join(marks)
    status = next((int(mark) for mark in marks if mark.isdecimal() and len(mark) == 3), 503)
    if any(kind in words for kind in RATE_TYPES):
        status = 429
    elif "invalid_request" in words:
        status = 400
    return about(param) if param and status in ABOUT_THE_REQUEST else refusal(status, headers)


def is_withheld(document: Mapping[str, Any]) -> bool:
    """Whether an answer, or the image in it, says that it was withheld or blurred because of its content."""
    parts = [document]
    for name in ("data", "choices", "prompt_filter_results"):
        if isinstance(document.get(name), list):
            parts += [part for part in document[name][:1] if isinstance(part, dict)]
    return any(map(was_filtered, parts))


def was_filtered(part: Mapping[str, Any]) -> bool:
    ended = str(part.get("finish_reason") or part.get("finishReason") or "").lower()
    if any(mark in ended for mark in FILTERED_MARKS) or part.get("respect_moderation") is False:
        return True
    results = part.get("content_filter_results")
    return isinstance(results, dict) and any(
        isinstance(of, dict) and of.get("filtered") is True for of in results.values()
    )
