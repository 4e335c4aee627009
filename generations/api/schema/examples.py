"""A generation's life in the OpenAPI document's examples, which are the contract's."""

from typing import Any

PENDING: dict[str, Any] = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "projectId": "57c7f7f4-47de-4d70-9ebd-3807a0b63746",
    "prompt": "A photorealistic establishing shot of a sleek red sports car...",
    "originalPrompt": "a red sports car on a mountain road",
    "autoEnhance": True,
    "aspectRatio": "16:9",
    "status": "pending",
    "queuePosition": 3,
    "estimatedWaitSeconds": 15,
    "outputImageId": None,
    "outputImage": None,
    "processingTimeMs": None,
    "progress": None,
    "retryCount": 0,
    "errorCode": None,
    "errorMessage": None,
    "retryAt": None,
    "meta": {},
    "createdAt": "2025-11-28T10:00:00.000Z",
    "updatedAt": "2025-11-28T10:00:00.000Z",
    "deletedAt": None,
}
IMAGE = {
    "id": "7c4ccf47-41ce-4718-afbc-8c553b2c631a",
    "storageUrl": "http://localhost:9000/banatie/default/project-id/generated/image.png",
    "mimeType": "image/png",
    "width": 1792,
    "height": 1024,
    "fileSize": 1909246,
}
TAKEN = PENDING | {"queuePosition": None, "estimatedWaitSeconds": None}
DONE = TAKEN | {
    "status": "success",
    "outputImageId": IMAGE["id"],
    "outputImage": IMAGE,
    "processingTimeMs": 8500,
    "updatedAt": "2025-11-28T10:00:08.500Z",
}
FAILED = TAKEN | {
    "status": "failed",
    "retryCount": 3,
    "errorCode": "PROVIDER_TIMEOUT",
    "errorMessage": "The image provider did not answer in time.",
    "updatedAt": "2025-11-28T10:01:10.250Z",
}
CANCELED = TAKEN | {
    "status": "failed",
    "errorCode": "CANCELED",
    "errorMessage": "Canceled by the caller.",
    "updatedAt": "2025-11-28T10:00:04.125Z",
}
AGAIN = PENDING | {"retryCount": 3, "updatedAt": "2025-11-28T10:05:00.000Z"}
REQUESTS = {
    "With a template": {
        "prompt": "a red sports car on a mountain road",
        "aspectRatio": "16:9",
        "autoEnhance": True,
        "enhancementOptions": {"template": "photorealistic"},
    },
    "Without enhancement": {"prompt": "a cat sitting on a windowsill", "autoEnhance": False},
    "With metadata": {"prompt": "a cat", "meta": {"campaign": "spring", "tags": ["pets", "cute"]}},
}
