"""The projects' programs: some post, some follow what was posted and delete or cancel it; and what each was told."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

from tests.storm.caller import Caller
from tests.storm.script import Script

POSTERS, FOLLOWERS = 8, 4
# A poster's pace, steady so that faults meet what is usual and not only what has piled up.
POSTS_EVERY_S = 0.3
# While so many wait for a worker, clients hold back for a moment: blindly they would only make the queue long.
MOST_WAITING, HELD_BACK_S = 12, 1.0
FOLLOWED_FOR_S = 120
LOOK_AGAIN_AFTER_S = 0.1
DELETED_WITHIN_S = 0.5
ENDED = {"success", "failed"}


@dataclass
class Ledger:
    """What the clients know, by the job's number."""

    acknowledged: dict[int, str] = field(default_factory=dict)
    answers: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    deleted_in_flight: set[int] = field(default_factory=set)
    canceled: set[int] = field(default_factory=set)
    retries: int = 0
    failures: list[str] = field(default_factory=list)


class Clients:
    """Threads, each with a connection of its own. ``waiting`` says how many jobs a worker could take."""

    def __init__(self, ports: list[int], keys: list[str], scripts: list[Script], waiting: Callable[[], int]) -> None:
        self.ledger = Ledger()
        self._ports, self._keys, self._scripts, self._waiting = ports, keys, scripts, waiting
        self._jobs: SimpleQueue[int | None] = SimpleQueue()
        self._followed: SimpleQueue[int | None] = SimpleQueue()
        self._posters = [threading.Thread(target=self._run, args=(n, self._post_all)) for n in range(POSTERS)]
        self._followers = [threading.Thread(target=self._run, args=(n, self._follow_all)) for n in range(FOLLOWERS)]

    def start(self) -> None:
        for job in range(len(self._scripts)):
            self._jobs.put(job)
        for thread in (*self._posters, *self._followers):
            thread.daemon = True
            thread.start()

    @property
    def are_at_work(self) -> bool:
        return any(thread.is_alive() for thread in (*self._posters, *self._followers))

    def finish(self) -> None:
        """Return once everything was posted, deleted and canceled."""
        for threads, work in ((self._posters, self._jobs), (self._followers, self._followed)):
            for _ in threads:
                work.put(None)
            for thread in threads:
                thread.join()

    def _run(self, number: int, work: Callable[[int], None]) -> None:
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 — whatever it is, the storm has failed, and says why
            self.ledger.failures.append(f"{type(error).__name__}: {error}")

    def _post_all(self, number: int) -> None:
        callers = self._callers(number)
        while (job := self._jobs.get()) is not None:
            began = time.monotonic()
            self._wait_while(lambda: self._waiting() > MOST_WAITING, HELD_BACK_S)
            self._post(job, callers[job % len(callers)])
            time.sleep(max(0.0, began + POSTS_EVERY_S - time.monotonic()))
        self._count_retries(callers)

    def _post(self, job: int, caller: Caller) -> None:
        answer = caller.call("POST", "/generations", body_of(job), idempotency_key=key_of(job))
        if answer.status != 201:
            raise ValueError(f"job {job} was answered {answer.status}: {answer.body!r}")
        self.ledger.acknowledged[job] = answer.data["id"]
        self.ledger.answers[job] = answer.body
        if self._scripts[job].client:
            self._followed.put(job)

    def _follow_all(self, number: int) -> None:
        callers = self._callers(number)
        while (job := self._followed.get()) is not None:
            self._follow(job, callers[job % len(callers)])
        self._count_retries(callers)

    def _follow(self, job: int, caller: Caller) -> None:
        """Wait until the job is where the script wants it, and do what that says."""
        path, wish = f"/generations/{self.ledger.acknowledged[job]}", self._scripts[job].client
        wanted = ENDED if wish == "delete later" else {"processing"}

        def status() -> str:
            return str(caller.call("GET", path).data["status"])

        if not self._wait_while(lambda: status() not in wanted | ENDED, FOLLOWED_FOR_S):
            return  # the oracle finds it stuck
        if wish == "delete":
            # At any moment of its making, and now and then at its very end.
            time.sleep(random.uniform(0, DELETED_WITHIN_S))
        last_seen = status()
        if wish == "cancel":
            caller.call("POST", f"{path}/cancel")
            self.ledger.canceled.add(job)
            return
        # 404 is the answer to one that was sent again.
        caller.call("DELETE", path)
        self.ledger.deleted.add(job)
        if last_seen not in ENDED:
            self.ledger.deleted_in_flight.add(job)

    def _wait_while(self, condition: Callable[[], bool], at_most_s: float) -> bool:
        """False where it still holds afterwards."""
        deadline = time.monotonic() + at_most_s
        while holds := condition():
            if time.monotonic() > deadline:
                break
            time.sleep(LOOK_AGAIN_AFTER_S)
        return not holds

    def _callers(self, number: int) -> list[Caller]:
        return [Caller(self._ports, key, first=number) for key in self._keys]

    def _count_retries(self, callers: list[Caller]) -> None:
        self.ledger.retries += sum(caller.retries for caller in callers)
        for caller in callers:
            caller.close()


def key_of(job: int) -> str:
    return f"storm-{job}"


def body_of(job: int) -> dict[str, object]:
    return {"prompt": f"{job}: a lighthouse", "autoEnhance": False, "meta": {"job": job}}
