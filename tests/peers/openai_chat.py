"""What a server of chat completions says, word for word: https://platform.openai.com/docs/api-reference/chat/object"""

from typing import Any

from tests.peers.server import Answer

PATH = "/v1/chat/completions"


def completion(text: Any, *, finish_reason: str = "stop", refusal: str | None = None) -> Answer:
    message = {"role": "assistant", "content": text, "refusal": refusal, "annotations": []}
    return Answer.of(
        {
            "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
            "object": "chat.completion",
            "created": 1741569952,
            "model": "gpt-5.4-mini-2026-03-17",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
            "usage": {"prompt_tokens": 319, "completion_tokens": 60, "total_tokens": 379},
            "service_tier": "default",
        }
    )


def error(status: int, **headers: str) -> Answer:
    """Errors repeat what they are about: a key's end, an address, a prompt."""
    message = "Incorrect API key provided: sk-test-secret. See http://10.0.0.7/internal for a cat on a windowsill."
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": "some_code"}}
    return Answer.of(body, status, **headers)
