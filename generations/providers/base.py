"""What every image provider is: one class, one request in, one picture out."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from generations.providers.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What a provider is asked to paint; sizes are in pixels and a wish, the stored bytes tell the truth."""

    prompt: str
    original_prompt: str
    aspect_ratio: str
    width: int
    height: int
    report_progress: Callable[[float], None] = lambda share: None
    """For providers that paint in steps: call it with the share that is done, 0 to 1, as often as you like."""
    canceled: Callable[[], bool] = lambda: False
    """Whether nobody wants the picture any more; costs nothing, so that it can be asked between any two steps."""

    def stop_if_canceled(self) -> None:
        """For providers that can stop: raise Canceled where the work so far is of no use to anybody."""
        if self.canceled():
            raise Canceled


@dataclass(frozen=True, slots=True)
class ImageResult:
    """An encoded picture (PNG, JPEG, WebP or AVIF), untrusted until checked, and the model that made it."""

    content: bytes
    model: str


class ProviderError(Exception):
    """A picture could not be made.

    ``message`` is shown to clients: a sentence for people, without keys, addresses or stack traces. ``code`` says of
    what kind it is and whether the same request may succeed later; ``retry_after_s`` is the vendor's own word for when.
    ``misconfigured`` says that key, address or model are to blame and not the request: another provider may take it.
    ``lasting`` says that this provider would give the same answer again, though others of the code pass: an image of a
    format that is not kept, a link that does not work. It is not asked again, another one may be. ``paid``, which is
    set afterwards, says that it has answered and may charge for that: it costs the job a retry even where it is down.
    """

    def __init__(
        self,
        message: str,
        *,
        code: ErrorCode,
        retry_after_s: float | None = None,
        misconfigured: bool = False,
        lasting: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.retry_after_s = retry_after_s
        self.misconfigured = misconfigured
        self.lasting = lasting
        self.paid = False

    @property
    def retryable(self) -> bool:
        """Whether the same provider may make the picture later."""
        return self.code.retryable and not self.lasting

    @property
    def is_refusal(self) -> bool:
        """Whether what the caller asked for is to blame: no other provider is asked for it."""
        return not self.code.retryable and not self.misconfigured


class Canceled(ProviderError):
    """The provider has stopped because it was asked to: nobody has failed, and nothing else is tried."""

    def __init__(self) -> None:
        super().__init__("The generation was canceled.", code=ErrorCode.CANCELED)


class ImageProvider(ABC):
    """A way to make pictures: built once per process from ``IMAGE_PROVIDERS[alias]["OPTIONS"]``, shared by its threads.

    Providers know nothing of the database and never import Django models.
    """

    name: str
    """Short and stable; kept on each generation and used as a metrics label."""

    model: str = ""
    """What it paints with, for the operator's timeline, where that is known before the picture comes."""

    longest_s: float = 0
    """Its time-out, where it has one: a chain begins no second try that its job cannot wait for."""

    queue: str | None = None
    """A Celery queue of its own, for workers that are made for it (those with a GPU); None is the common one."""

    @abstractmethod
    def generate(self, request: ImageRequest) -> ImageResult:
        """Make one picture, or raise ProviderError; anything else that is raised counts as a bug.

        What takes long calls ``request.stop_if_canceled()`` on its way, so that its worker is free for the next job.
        """

    def can_paint(self, request: ImageRequest) -> bool:
        """Whether this provider can do what is asked; a chain passes by one that cannot."""
        return True

    def problems(self) -> list[str]:
        """What keeps this provider from working, each with the command or setting that mends it; for system checks."""
        return []
