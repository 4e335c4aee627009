"""Breadth-first search through every state that can be reached; what is broken comes with the shortest way there.

Who of two workers is which makes no difference: of two states that differ in nothing else, one is visited and counted.
In a trace, therefore, the one that is further on in the alphabet is always the second.
"""

from array import array
from dataclasses import dataclass

import numpy as np

from tests.protocol.promises import broken_state, broken_step, is_settled
from tests.protocol.state import Model, State
from tests.protocol.steps import Step, steps_of

CANNOT_END = "a state from which nothing leads to an end, although all faults are over"


@dataclass
class Found:
    states: int
    moves: int
    violation: str = ""
    trace: str = ""


class Search:
    def __init__(self, model: Model) -> None:
        if model.limits.workers > 2:
            raise ValueError("in_order knows two workers")
        self.model = model
        self.steps = steps_of(model)
        begin = model.begin()
        self.states: list[State] = [begin]
        self.number = {begin: 0}
        self.came_from, self.came_by = array("i", [-1]), array("i", [-1])
        self.sources, self.targets = array("i"), array("i")
        self.moves = 0

    def run(self) -> Found:
        """Go everywhere; then ask of each state whether the generation can still end once the faults are over."""
        for here, state in enumerate(self.states):  # which grows meanwhile
            for by, step in enumerate(self.steps):
                for after in step.next(state):
                    if broken := self._move(here, by, step, after):
                        return broken
        stuck = self._first_stuck()
        return self._found(CANNOT_END, self._way_to(stuck)) if stuck is not None else self._found()

    def _move(self, here: int, by: int, step: Step, after: State) -> Found | None:
        self.moves += 1
        before = self.states[here]
        if after.workers is not before.workers:
            after = in_order(after)
        there = self.number.setdefault(after, len(self.states))
        if step.is_bound_to_happen:
            self.sources.append(here)
            self.targets.append(there)
        broken = "" if after.row is before.row else broken_step(step.name, step.worker, before, after)
        if there == len(self.states):
            self.states.append(after)
            self.came_from.append(here)
            self.came_by.append(by)
            broken = broken or broken_state(after, self.model.limits)
        return self._found(broken, [*self._way_to(here), (step, after)]) if broken else None

    def _first_stuck(self) -> int | None:
        ends = np.fromiter(map(is_settled, self.states), bool, len(self.states))
        sources, targets = np.asarray(self.sources), np.asarray(self.targets)
        before = -1
        while before < (before := int(ends.sum())):
            ends[sources[ends[targets]]] = True
        return None if ends.all() else int(np.argmin(ends))

    def _way_to(self, there: int) -> list[tuple[Step, State]]:
        way = []
        while (by := self.came_by[there]) >= 0:
            way.append((self.steps[by], self.states[there]))
            there = self.came_from[there]
        return way[::-1]

    def _found(self, violation: str = "", way: list[tuple[Step, State]] | None = None) -> Found:
        lines, before = [violation], self.states[0]
        for step, after in way or []:
            lines.append(f"  {step.who:<12}{step.name:<22}{difference(before, after)}")
            before = after
        return Found(len(self.states), self.moves, violation, "\n".join(lines))


def in_order(s: State) -> State:
    first, *others = s.workers
    if not others or first <= others[0]:
        return s
    return s._replace(workers=(*others, first))


def difference(before: State, after: State) -> str:
    """What a step has changed, in words."""
    changes = []
    for field, old, new in zip(State._fields, before, after, strict=True):
        if old == new:
            continue
        if field == "row":
            pairs = zip(before.row._fields, before.row, after.row, strict=True)
            changes += [f"{name} {was!r} → {now!r}" for name, was, now in pairs if was != now]
        else:
            changes.append(f"{field} {plain(new)}")
    return ", ".join(changes)


def plain(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + " ".join(plain(item) if item not in ("", False) else "–" for item in value) + ")"
    return str(value)
