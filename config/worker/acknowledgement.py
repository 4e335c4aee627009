"""What a worker does with a message that it has taken."""

from celery.utils.log import get_logger
from celery.worker import request

logger = get_logger(__name__)


class Request(request.Request):
    """Ends the connection on which it could not acknowledge, so that the worker opens another one at once.

    Celery's own logs such an error and goes on, with a message that counts as in hand for ever: by the time that there
    are as many as the worker may have, it asks its broker for no more. https://github.com/celery/celery/issues/8030
    """

    acknowledged: bool

    def acknowledge(self) -> None:
        """Let the error reach the worker's loop, which is where a lost connection is mended."""
        if not self.acknowledged:
            self.on_ack(logger, ())
            self.acknowledged = True
