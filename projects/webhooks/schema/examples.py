"""A webhook and a delivery in the OpenAPI document's examples."""

from typing import Any

WEBHOOK: dict[str, Any] = {
    "id": "6f1c2a3e-8f0b-4f0a-9d58-0f4f6f6e2c11",
    "projectId": "57c7f7f4-47de-4d70-9ebd-3807a0b63746",
    "url": "https://shop.example/hooks/easel",
    "description": "The shop",
    "eventTypes": ["generation.succeeded", "generation.failed"],
    "enabled": True,
    "disabledReason": None,
    "disabledAt": None,
    "failingSince": None,
    "createdAt": "2025-11-28T10:00:00.000Z",
    "updatedAt": "2025-11-28T10:00:00.000Z",
}
WITH_SECRET = WEBHOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789A="}
DISABLED = WEBHOOK | {
    "enabled": False,
    "disabledReason": "failing",
    "disabledAt": "2025-12-01T10:00:09.000Z",
    "failingSince": "2025-11-28T10:00:09.000Z",
}
PENDING: dict[str, Any] = {
    "id": "0c5b8f0e-6c2b-4a38-9d1b-2f7b1d7c9f10",
    "webhookId": WEBHOOK["id"],
    "messageId": "msg_6a0f3b1c5d7e9f2a4b6c8d0e1f",
    "eventType": "generation.succeeded",
    "status": "pending",
    "attemptCount": 0,
    "nextAttemptAt": "2025-11-28T10:00:08.500Z",
    "statusCode": None,
    "error": None,
    "createdAt": "2025-11-28T10:00:08.500Z",
    "endedAt": None,
}
RETRIED = PENDING | {
    "attemptCount": 1,
    "nextAttemptAt": "2025-11-28T10:00:13.700Z",
    "statusCode": 500,
    "error": "It answered 500.",
}
IN_FULL = RETRIED | {
    "payload": {
        "type": "generation.succeeded",
        "timestamp": "2025-11-28T10:00:08.500Z",
        "apiKeyId": "5bWmW68Z",
        "data": {"id": "550e8400-…"},
    },
    "answer": "<h1>Server Error</h1>",
    "attempts": [
        {
            "number": 1,
            "endedAt": "2025-11-28T10:00:08.620Z",
            "statusCode": 500,
            "error": "It answered 500.",
            "durationMs": 81,
        }
    ],
}
