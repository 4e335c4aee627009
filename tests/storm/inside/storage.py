"""S3 as the product uses it, on a bad line: writes that fail, dawdle, or succeed without anybody hearing of it."""

import os
import signal
import time
from typing import Any

from generations.images.storage.s3 import OwnConnectionS3Storage
from tests.storm.inside.orders import journal, script_of
from tests.storm.inside.steps import AFTER_DELETING, step_of_relay
from tests.storm.picture import job_of

SLOW_S = 0.1


class StormyStorage(OwnConnectionS3Storage):
    """Misbehaves by the script of the job whose picture it is given."""

    def _save(self, name: str, content: Any) -> str:
        job = job_of(content.read())
        content.seek(0)
        fault = script_of(job).write(journal.tally("writes", job))
        match fault:
            case "fail":
                raise ConnectionRefusedError("The script says: nothing is stored.")
            case "slow":
                time.sleep(SLOW_S)
        saved: str = super()._save(name, content)
        match fault:
            case "cut":
                raise ConnectionResetError("The script says: stored, and the line was cut.")
            case "die":
                journal.note("die", "after storing")
                os.kill(os.getpid(), signal.SIGKILL)
        return saved

    def delete(self, name: str) -> None:
        super().delete(name)
        step_of_relay(AFTER_DELETING)
