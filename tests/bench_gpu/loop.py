"""The control: the pipeline in a loop, in a process of its own that paints as many pictures as it is told to."""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.processes import cpu_ms
from tests.bench.samples import Sample


class Loop:
    """The other side of the process: tells it how many, and hears how many seconds they took."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.device = self._read()

    def take(self, pictures: int) -> Sample:
        used = cpu_ms(self._process.pid)
        print(pictures, file=self._process.stdin, flush=True)
        seconds = float(self._read())
        return Sample(pictures / seconds, (cpu_ms(self._process.pid) - used) / pictures)

    def _read(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@contextmanager
def looping() -> Iterator[Loop]:
    command = [sys.executable, "-m", "tests.bench_gpu.loop"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Loop(process)


def main() -> None:
    import torch

    painting = json.loads(os.environ["BENCH_PAINTING"])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pipeline = load(painting["model"], device)
    side = math.isqrt(painting["max_pixels"])
    print(torch.cuda.get_device_name() if device == "cuda" else "a CPU", flush=True)
    for line in sys.stdin:
        began = time.monotonic()
        for number in range(int(line)):
            noise = torch.Generator("cpu").manual_seed(number)
            prompt = f"picture number {number}"
            pipeline(prompt, width=side, height=side, num_inference_steps=painting["steps"], generator=noise)
        print(time.monotonic() - began, flush=True)


def load(folder: str, device: str) -> Any:
    import torch
    from diffusers import DiffusionPipeline

    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=torch.bfloat16, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


if __name__ == "__main__":
    main()
