"""What the Gemini API says, word for word: https://ai.google.dev/api/generate-content"""

from typing import Any

from tests.peers.server import Answer

PATH = "/v1beta/models/gemini-3.5-flash-lite:generateContent"


def content(*texts: str, finish_reason: str = "STOP", thought: str = "") -> Answer:
    """A candidate whose text comes in parts."""
    parts: list[dict[str, Any]] = [{"text": thought, "thought": True}] if thought else []
    parts += [{"text": text} for text in texts]
    candidate: dict[str, Any] = {"finishReason": finish_reason, "index": 0}
    if parts:
        candidate["content"] = {"parts": parts, "role": "model"}
    return answer(candidates=[candidate])


def blocked(reason: str) -> Answer:
    """The prompt itself was not let in."""
    return answer(promptFeedback={"blockReason": reason})


def answer(**fields: Any) -> Answer:
    usage = {"promptTokenCount": 319, "candidatesTokenCount": 60, "totalTokenCount": 379}
    return Answer.of(fields | {"usageMetadata": usage, "modelVersion": "gemini-3.5-flash-lite", "responseId": "r"})


def wrong_key() -> Answer:
    """Not 401, as everybody else has it."""
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    message = "API key not valid. Please pass a valid API key."
    error = {"code": 400, "message": message, "status": "INVALID_ARGUMENT", "details": [info]}
    return Answer.of({"error": error}, 400)


def unserved() -> Answer:
    message = "User location is not supported for the API use."
    return Answer.of({"error": {"code": 400, "message": message, "status": "FAILED_PRECONDITION"}}, 400)


def error(status: int, **headers: str) -> Answer:
    """Errors repeat what they are about: a key's end, an address, a prompt."""
    message = "API key not valid: AIza-secret. See http://10.0.0.7/internal for a cat on a windowsill."
    return Answer.of({"error": {"code": status, "message": message, "status": "SOME_STATUS"}}, status, **headers)
