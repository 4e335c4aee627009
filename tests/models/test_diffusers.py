"""The diffusers provider with real weights, small and random, which it loads as it loads the large ones.

Nothing is patched but, where a test runs out of GPU memory, the call of the pipeline: no GPU is at hand to fill.
"""

import gc
import shutil
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="needs torch: make test-diffusers")
pytest.importorskip("diffusers", reason="needs diffusers: make test-diffusers")

from safetensors.torch import load_file  # noqa: E402

from generations.providers import Canceled, ProviderError  # noqa: E402
from generations.providers.diffusers import ONE_AT_A_TIME, DiffusersProvider  # noqa: E402
from generations.providers.errors import ErrorCode  # noqa: E402
from tests.models.tiny_pipeline import save_tiny_pipeline  # noqa: E402

pytestmark = [
    pytest.mark.models,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:diffusers"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:torch"),
]

STEPS = 4
PIXELS = 64 * 64


@pytest.fixture
def make(weights):
    """Make a provider of the tiny weights, as a new process would."""
    return lambda **options: DiffusersProvider(str(weights), **{"steps": STEPS, "max_pixels": PIXELS, **options})


@pytest.fixture
def provider(make):
    return make()


def size_of(result):
    with Image.open(BytesIO(result.content)) as picture:
        picture.load()
        assert picture.format == "PNG"
        return picture.size


def colours_in(result):
    with Image.open(BytesIO(result.content)) as picture:
        return len(set(picture.get_flattened_data()))


# ── Weights ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_weights_in_a_folder_paint_a_picture(provider, asked, weights):
    assert {path.suffix for path in weights.glob("*/*model*") if path.stat().st_size > 20_000} == {".safetensors"}
    result = provider.generate(asked())
    assert size_of(result) == (64, 64)
    assert colours_in(result) > 1_000
    assert result.model == "tiny-diffusion"


def test_weights_are_loaded_at_the_first_picture_and_once_for_all_threads(make, asked, monkeypatch):
    loads = []

    class Counting(type(make()._weights)):
        def _read(self):
            loads.append(threading.get_ident())
            return super()._read()

    provider = make()
    provider._weights = Counting(provider._weights.model)
    assert loads == []
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(provider.generate, [asked(f"car {number}") for number in range(4)]))
    assert len(loads) == 1
    assert len({result.content for result in results}) == 4
    assert results[2].content == make().generate(asked("car 2")).content


def test_threads_may_load_different_weights_at_once(make, asked):
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda provider: provider.generate(asked()), [make() for _ in range(4)]))
    assert [result.content for result in results] == [make().generate(asked()).content] * 4


def test_weights_run_in_bfloat16_on_a_cpu_too(provider, asked):
    provider.generate(asked())
    parts = [provider._pipeline.unet, provider._pipeline.vae, provider._pipeline.text_encoder]
    assert {part.dtype for part in parts} == {torch.bfloat16}


def test_pickled_weights_are_refused(weights, tmp_path, asked):
    """To read them is to run what is in them."""
    folder = shutil.copytree(weights, tmp_path / "pickled")
    safe = folder / "unet" / "diffusion_pytorch_model.safetensors"
    torch.save(load_file(safe), safe.with_suffix(".bin"))
    safe.unlink()
    with pytest.raises(ProviderError) as refusal:
        DiffusersProvider(str(folder), steps=1, max_pixels=PIXELS).generate(asked())
    assert refusal.value.code == ErrorCode.PROVIDER_UNAVAILABLE


@pytest.mark.parametrize("options", [{"scheduler": "NoSuchScheduler"}, {"device": "abacus"}, {"variant": "fp128"}])
def test_weights_that_do_not_load_fail_the_job_with_a_sentence(make, asked, options):
    with pytest.raises(ProviderError, match=r"^The model could not be loaded\.$") as failure:
        make(**options).generate(asked())
    assert failure.value.code == ErrorCode.PROVIDER_UNAVAILABLE


def test_the_configured_scheduler_slicing_and_compilation_are_used(make, asked):
    pipeline = make(scheduler="HeunDiscreteScheduler", attention_slicing=True, compile=True)._weights.load()
    assert type(pipeline.scheduler).__name__ == "HeunDiscreteScheduler"
    assert any("Sliced" in type(processor).__name__ for processor in pipeline.unet.attn_processors.values())
    assert pipeline.unet._compiled_call_impl is not None


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_prompt_and_size_give_the_same_bytes(make, asked):
    first, second = make(), make()
    assert first.generate(asked()).content == second.generate(asked()).content
    assert first.generate(asked()).content == second.generate(asked()).content


def test_another_prompt_or_another_seed_gives_another_picture(make, asked):
    pictures = [
        make().generate(asked()).content,
        make().generate(asked("a blue car")).content,
        make(seed=7).generate(asked()).content,
        make(seed=8).generate(asked()).content,
    ]
    assert len(set(pictures)) == 4
    assert make(seed=7).generate(asked()).content == pictures[2]


@pytest.mark.parametrize(
    ("width", "height", "max_pixels", "painted"),
    [(1792, 1024, PIXELS, (80, 48)), (1024, 1792, PIXELS, (48, 80)), (75, 33, None, (72, 32)), (3, 90, None, (8, 88))],
)
def test_sides_are_whole_cells_within_the_bound(make, asked, width, height, max_pixels, painted):
    result = make(max_pixels=max_pixels, steps=1).generate(asked(width=width, height=height))
    assert size_of(result) == painted


def test_progress_is_reported_after_each_step(provider, asked):
    shares = []
    provider.generate(asked(report_progress=shares.append))
    assert shares == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("scheduler", ["", "HeunDiscreteScheduler"])
def test_a_canceled_picture_is_left_between_two_steps_and_the_next_one_is_not_the_worse_for_it(make, asked, scheduler):
    provider, shares = make(scheduler=scheduler), []
    with pytest.raises(Canceled):
        provider.generate(asked(report_progress=shares.append, canceled=lambda: len(shares) == 2))
    assert len(shares) == 2
    assert provider.generate(asked()).content == make(scheduler=scheduler).generate(asked()).content


def test_one_that_is_canceled_while_it_waits_for_the_gpu_is_not_begun(provider, asked):
    shares, begun, canceled = [], threading.Event(), threading.Event()
    with ThreadPoolExecutor() as threads:
        with ONE_AT_A_TIME:
            waiting = threads.submit(
                lambda: begun.set() or provider.generate(asked(report_progress=shares.append, canceled=canceled.is_set))
            )
            assert begun.wait(10)
            canceled.set()
        with pytest.raises(Canceled):
            waiting.result()
    assert (shares, provider._pipeline) == ([], None)


def test_a_picture_that_the_safety_checker_holds_back_is_blocked_content(tmp_path, asked):
    provider = DiffusersProvider(str(save_tiny_pipeline(tmp_path, prudish=True)), steps=1, max_pixels=PIXELS)
    with pytest.raises(ProviderError, match=r"^The model's safety checker held the picture back\.$") as refusal:
        provider.generate(asked())
    assert refusal.value.code == ErrorCode.CONTENT_BLOCKED


# ── Memory ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class FullGpu:
    """Stands before a pipeline and fails so many of its calls as a GPU does that is full."""

    def __init__(self, pipeline, *, failures):
        self._pipeline = pipeline
        self._failures = failures
        self.calls = 0
        self.held = lambda: None

    def __getattr__(self, name):
        return getattr(self._pipeline, name)

    def __call__(self, **arguments):
        assert self.held() is None, "what the last call held is still there"
        self.calls += 1
        if self.calls > self._failures:
            return self._pipeline(**arguments)
        tensor = torch.zeros(8)
        tensor.cycle = [tensor]  # which only a garbage collection frees
        self.held = weakref.ref(tensor)
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")


@pytest.fixture
def fill(provider):
    """Make the pipeline's next calls run out of memory."""

    def fill(failures):
        provider._pipeline = FullGpu(provider._weights.load(), failures=failures)
        return provider._pipeline

    gc.disable()  # so that nobody else frees it
    yield fill
    gc.enable()


def test_out_of_memory_frees_and_paints_at_the_second_try(fill, provider, make, asked):
    gpu = fill(failures=1)
    assert provider.generate(asked()).content == make().generate(asked()).content
    assert gpu.calls == 2


def test_out_of_memory_twice_fails_the_job_and_keeps_the_worker(fill, provider, asked):
    gpu = fill(failures=2)
    with pytest.raises(ProviderError, match=r"^The picture does not fit into the memory of the GPU\.$") as failure:
        provider.generate(asked())
    assert failure.value.code == ErrorCode.PROVIDER_REJECTED
    assert not failure.value.retryable
    assert gpu.calls == 2
    assert gpu.held() is None
    assert size_of(provider.generate(asked())) == (64, 64)
