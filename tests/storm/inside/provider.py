"""A provider that paints, fails, hangs, refuses and lies as the job's script says; every call is on record first."""

import time
from itertools import count

from generations.providers import ErrorCode, ImageProvider, ImageRequest, ImageResult, ProviderError
from tests.storm.inside.orders import journal, script_of
from tests.storm.picture import picture_of

LINGERS_S, SLOW_S, SLOWER_S = 0.5, 1.5, 6.0
ERRORS = {
    "fail": ErrorCode.NO_IMAGE_RETURNED,
    "down": ErrorCode.PROVIDER_UNAVAILABLE,
    "refuse": ErrorCode.CONTENT_BLOCKED,
}


class Scripted(ImageProvider):
    """The prompt begins with the job's number."""

    name = "scripted"

    def generate(self, request: ImageRequest) -> ImageResult:
        job = int(request.original_prompt.split(":")[0])
        if journal.outage.exists():
            journal.tally("calls in vain", job)
            raise ProviderError("The image service is not reachable.", code=ErrorCode.PROVIDER_UNAVAILABLE)
        act = script_of(job).call(journal.tally("calls", job))
        if act in ERRORS:
            raise ProviderError(f"The script says: {act}.", code=ERRORS[act])
        return ImageResult(self.paint(act, job, request), "script")

    def paint(self, act: str, job: int, request: ImageRequest) -> bytes:
        match act:
            case "linger":
                time.sleep(LINGERS_S)
            case "slow":
                time.sleep(SLOW_S)
            case "slower":
                time.sleep(SLOWER_S)
            case "hang":
                time.sleep(3600)
            case "patient":
                for _ in count():
                    time.sleep(0.05)
                    request.stop_if_canceled()
            case "garbage":
                return b"<html>502 Bad Gateway</html>"
            case "truncated":
                return picture_of(job)[:-20]
        return picture_of(job)
