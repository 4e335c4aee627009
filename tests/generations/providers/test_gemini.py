"""The Gemini provider against a server on loopback that speaks the real wire format."""

import logging
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from google.genai.types import BlockedReason, FinishReason

from generations.providers import ProviderError
from generations.providers.errors import ErrorCode
from generations.providers.gemini import GeminiProvider
from tests.peers import gemini_images
from tests.peers.server import Answer
from tests.providers import png

KEY = "AIzaSyZq9xSecretOfTheServer0123456789"
SOCKETS_HOLD = 16 * 1024 * 1024
IMAGEN = "imagen-4.0-generate-001"

TIMED_OUT = (ErrorCode.PROVIDER_TIMEOUT, "The image service took too long.", None)
TOO_LARGE = (ErrorCode.INVALID_IMAGE, "The image service's answer is too large.", None)
UNREACHABLE = (ErrorCode.PROVIDER_UNAVAILABLE, "The image service is not reachable.", None)
UNREADABLE = (ErrorCode.PROVIDER_UNAVAILABLE, "The image service's answer could not be read.", None)
NO_IMAGE = (ErrorCode.NO_IMAGE_RETURNED, "The image service answered without an image.", None)
POLICY = (ErrorCode.CONTENT_BLOCKED, "The image service refused the prompt because of its content policy.", None)
SAFETY = (ErrorCode.CONTENT_BLOCKED, "The image service refused the prompt for safety reasons.", None)
PROHIBITED = (
    ErrorCode.CONTENT_BLOCKED,
    "The image service refused the prompt because it asks for prohibited content.",
    None,
)
RECITATION = (
    ErrorCode.CONTENT_BLOCKED,
    "The image service refused the prompt because its image would repeat existing material.",
    None,
)
BLOCKLIST = (
    ErrorCode.CONTENT_BLOCKED,
    "The image service refused the prompt because of a term on its block list.",
    None,
)
PERSONAL = (
    ErrorCode.CONTENT_BLOCKED,
    "The image service refused the prompt because of sensitive personal information.",
    None,
)
LANGUAGE = (ErrorCode.PROVIDER_REJECTED, "The image service does not understand the language of the prompt.", None)
LIMITED = (ErrorCode.PROVIDER_REJECTED, "The server's account with the image service is limited.", None)

FINISH_REASONS = {
    "FINISH_REASON_UNSPECIFIED": NO_IMAGE,
    "STOP": NO_IMAGE,
    "MAX_TOKENS": NO_IMAGE,
    "SAFETY": SAFETY,
    "RECITATION": RECITATION,
    "LANGUAGE": LANGUAGE,
    "OTHER": NO_IMAGE,
    "BLOCKLIST": BLOCKLIST,
    "PROHIBITED_CONTENT": PROHIBITED,
    "SPII": PERSONAL,
    "MALFORMED_FUNCTION_CALL": NO_IMAGE,
    "IMAGE_SAFETY": SAFETY,
    "IMAGE_PROHIBITED_CONTENT": PROHIBITED,
    "IMAGE_OTHER": NO_IMAGE,
    "NO_IMAGE": NO_IMAGE,
    "IMAGE_RECITATION": RECITATION,
    "UNEXPECTED_TOOL_CALL": NO_IMAGE,
    "TOO_MANY_TOOL_CALLS": NO_IMAGE,
    "MISSING_THOUGHT_SIGNATURE": NO_IMAGE,
    "MALFORMED_RESPONSE": NO_IMAGE,
    "ESCALATION": POLICY,
    "PUP_LIMITED_DISABLED": LIMITED,
    "CONTINUATION": NO_IMAGE,
    "MODEL_ARMOR": POLICY,
}
BLOCK_REASONS = {
    "BLOCKED_REASON_UNSPECIFIED": POLICY,
    "SAFETY": SAFETY,
    "OTHER": POLICY,
    "BLOCKLIST": BLOCKLIST,
    "PROHIBITED_CONTENT": PROHIBITED,
    "IMAGE_SAFETY": SAFETY,
    "MODEL_ARMOR": POLICY,
    "JAILBREAK": POLICY,
}


@pytest.fixture
def provider(peer):
    def provider(**options):
        return GeminiProvider(**{"base_url": peer.url, "api_key": KEY, "timeout_s": 5, **options})

    return provider


@pytest.fixture
def refused(provider, ask):
    """What the provider says when it makes no picture: code, sentence, retry after."""

    def refused(**options):
        with pytest.raises(ProviderError) as caught:
            provider(**options).generate(ask())
        return caught.value.code, caught.value.message, caught.value.retry_after_s

    return refused


# ── A picture ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_comes_inline(peer, provider, ask):
    peer.answers(gemini_images.picture(gemini_images.inline(png(16, 16))))
    result = provider(model="gemini-3-pro-image").generate(ask())
    assert (result.content, result.model) == (png(16, 16), "gemini-3-pro-image")


@pytest.mark.parametrize("aspect_ratio", ["1:1", "16:9", "9:16", "3:2", "21:9"])
def test_the_aspect_ratio_is_asked_for_as_it_is(peer, provider, ask, aspect_ratio):
    peer.answers(gemini_images.picture())
    request = ask(aspect_ratio)
    assert provider().can_paint(request)
    provider().generate(request)
    (asked,) = peer.asked
    assert (asked.method, asked.path) == ("POST", "/v1/models/gemini-nano-banana-2.1:generateContent")
    assert asked.headers["x-goog-api-key"] == KEY
    assert asked.document == {
        "contents": [{"parts": [{"text": "A fox in the snow, oil on canvas."}], "role": "user"}],
        "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": aspect_ratio}},
    }


def test_words_and_drafts_before_the_picture_are_passed_over(peer, provider, ask):
    draft = gemini_images.inline(png(4, 4), thought=True)
    words = {"text": "Here is your fox."}
    peer.answers(gemini_images.picture(draft, words, gemini_images.inline(png(16, 16))))
    assert provider().generate(ask()).content == png(16, 16)


@pytest.mark.parametrize("reason", ["MAX_TOKENS", "OTHER", "FINISH_REASON_UNSPECIFIED"])
def test_a_picture_that_is_there_is_taken(peer, provider, ask, reason):
    peer.answers(gemini_images.picture(reason=reason))
    assert provider().generate(ask()).content == png()


def test_a_blocked_picture_is_not_taken_though_it_is_there(peer, refused):
    peer.answers(gemini_images.picture(reason="IMAGE_SAFETY"))
    assert refused() == SAFETY


# ── Imagen ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.filterwarnings("ignore:The generate_images method is deprecated")
def test_imagen_paints_as_well(peer, provider, ask):
    peer.answers(gemini_images.imagen(png(16, 16)))
    result = provider(model=IMAGEN).generate(ask("16:9"))
    assert (result.content, result.model) == (png(16, 16), IMAGEN)
    (asked,) = peer.asked
    assert asked.path == f"/v1beta1/publishers/google/models/{IMAGEN}:predict"
    assert asked.headers["x-goog-api-key"] == KEY
    assert asked.document == {
        "instances": [{"prompt": "A fox in the snow, oil on canvas."}],
        "parameters": {"sampleCount": 1, "aspectRatio": "16:9", "includeRaiReason": True},
    }


@pytest.mark.filterwarnings("ignore:The generate_images method is deprecated")
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (gemini_images.imagen_filtered(), POLICY),
        (Answer.of({"predictions": []}), NO_IMAGE),
        (Answer.of({}), NO_IMAGE),
        (
            gemini_images.error(400, "INVALID_ARGUMENT", "It violates Google's Responsible AI practices: 58061214"),
            POLICY,
        ),
    ],
)
def test_imagen_says_why_it_does_not(peer, refused, answer, expected):
    peer.answers(answer)
    assert refused(model=IMAGEN) == expected


@pytest.mark.parametrize("model", [IMAGEN, f"models/{IMAGEN}"])
def test_imagen_cannot_paint_two_of_our_ratios(provider, ask, model):
    paintable = [
        ratio for ratio in ("1:1", "16:9", "9:16", "3:2", "21:9") if provider(model=model).can_paint(ask(ratio))
    ]
    assert paintable == ["1:1", "16:9", "9:16"]


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_reason_that_the_sdk_knows_is_decided_on():
    assert set(FINISH_REASONS) == {reason.value for reason in FinishReason}
    assert set(BLOCK_REASONS) == {reason.value for reason in BlockedReason}


@pytest.mark.parametrize(("reason", "expected"), FINISH_REASONS.items())
def test_every_finish_reason_has_its_code_and_its_sentence(peer, refused, reason, expected):
    peer.answers(gemini_images.stopped(reason))
    assert refused() == expected


@pytest.mark.parametrize(("reason", "expected"), BLOCK_REASONS.items())
def test_every_block_reason_has_its_sentence(peer, refused, reason, expected):
    peer.answers(gemini_images.prompt_blocked(reason))
    assert refused() == expected


@pytest.mark.filterwarnings("ignore:.* is not a valid")
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (gemini_images.stopped("VIDEO_SAFETY"), SAFETY),
        (gemini_images.stopped("IMAGE_BLOCKED_BY_REGION"), POLICY),
        (gemini_images.stopped("SOLAR_FLARE"), NO_IMAGE),
        (gemini_images.prompt_blocked("SOLAR_FLARE"), POLICY),
    ],
)
def test_reasons_of_the_future_are_understood_as_far_as_they_can_be(peer, refused, answer, expected):
    peer.answers(answer)
    assert refused() == expected


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "x",
        {},
        {"candidates": []},
        {"candidates": [{}]},
        {"candidates": [{"content": {}}]},
        {"candidates": [{"content": {"parts": [{"text": "I would rather talk."}]}, "finishReason": "STOP"}]},
        {"candidates": [{"content": {"parts": [gemini_images.inline(b"")]}, "finishReason": "STOP"}]},
        {"candidates": [{"content": {"parts": [gemini_images.inline(thought=True)]}, "finishReason": "STOP"}]},
    ],
)
def test_an_answer_without_an_image_is_no_image(peer, refused, document):
    peer.answers(Answer.of(document))
    assert refused() == NO_IMAGE


@pytest.mark.parametrize(
    ("status", "name", "code", "message"),
    [
        (302, "", "PROVIDER_REJECTED", "The image service has moved to another address, which is not followed."),
        (400, "INVALID_ARGUMENT", "PROVIDER_REJECTED", "The image service did not accept the request."),
        (401, "UNAUTHENTICATED", "PROVIDER_REJECTED", "The image service refused the server's credentials."),
        (
            403,
            "PERMISSION_DENIED",
            "PROVIDER_REJECTED",
            "The image service does not allow the server's account to do this.",
        ),
        (
            404,
            "NOT_FOUND",
            "PROVIDER_REJECTED",
            "The image service does not know the model or the address that it is asked for.",
        ),
        (408, "", "PROVIDER_TIMEOUT", "The image service took too long."),
        (409, "ABORTED", "PROVIDER_UNAVAILABLE", "The image service is busy with another request."),
        (422, "", "PROVIDER_REJECTED", "The image service did not accept the request."),
        (
            429,
            "RESOURCE_EXHAUSTED",
            "PROVIDER_RATE_LIMITED",
            "The image service is receiving too many requests.",
        ),
        (500, "INTERNAL", "PROVIDER_UNAVAILABLE", "The image service is not available."),
        (502, "", "PROVIDER_UNAVAILABLE", "The image service is not available."),
        (503, "UNAVAILABLE", "PROVIDER_UNAVAILABLE", "The image service is not available."),
        (504, "DEADLINE_EXCEEDED", "PROVIDER_TIMEOUT", "The image service took too long."),
    ],
)
def test_every_status_has_its_code_and_its_sentence(peer, refused, status, name, code, message):
    peer.answers(gemini_images.error(status, name))
    assert refused() == (code, message, None)
    assert len(peer.asked) == 1, "the SDK must not retry by itself"


def test_a_redirect_is_not_followed(peer, neighbour, refused):
    peer.answers(Answer(status=307, headers={"Location": f"{neighbour.url}/v1beta/models/x:generateContent"}))
    assert refused()[0] == ErrorCode.PROVIDER_REJECTED
    assert neighbour.asked == []


@pytest.mark.parametrize(
    ("answer", "misconfigured"),
    [
        (gemini_images.wrong_key(KEY), True),
        (gemini_images.error(403), True),
        (gemini_images.error(404), True),
        (Answer(status=308), True),
        (gemini_images.error(400), False),
        (gemini_images.error(400, "INVALID_ARGUMENT", "Unsupported aspect ratio for this model."), False),
        (gemini_images.error(400, "INVALID_ARGUMENT", "The prompt is too long."), False),
        (gemini_images.error(400, "INVALID_ARGUMENT", "Model does not support the response modalities: image"), True),
        (gemini_images.error(400, "INVALID_ARGUMENT", "* GenerateContentRequest.model: unexpected model name"), True),
        (gemini_images.error(400, "FAILED_PRECONDITION", "User location is not supported for the API use."), True),
        (gemini_images.stopped("PUP_LIMITED_DISABLED"), True),
        (gemini_images.stopped("IMAGE_SAFETY"), False),
    ],
)
def test_a_fault_of_the_settings_is_told_from_one_of_the_prompt(peer, provider, ask, answer, misconfigured):
    peer.answers(answer)
    with pytest.raises(ProviderError) as caught:
        provider().generate(ask())
    assert caught.value.misconfigured is misconfigured
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (gemini_images.rate_limited("34.5s"), 34.5),
        (gemini_images.rate_limited("0s"), 0),
        (gemini_images.rate_limited("999999999s"), 86_400),
        (gemini_images.rate_limited("soon"), None),
        (gemini_images.rate_limited("34s", Retry_After="7"), 7),
        (gemini_images.error(429, Retry_After="7"), 7),
        (gemini_images.error(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), 0),
        (gemini_images.error(429, "", "", "no detail", {"retryDelay": None}), None),
    ],
)
def test_googles_own_word_for_when_to_come_back_is_taken_over(peer, refused, answer, expected):
    peer.answers(answer)
    assert refused()[2] == expected


def test_retry_after_may_be_a_date(peer, refused):
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=90)
    peer.answers(gemini_images.error(429, Retry_After=format_datetime(until, usegmt=True)))
    assert 88 <= refused()[2] <= 90


# ── A bad line ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_slow_answer_times_out(peer, refused):
    peer.answers(Answer(slow=True))
    assert refused(timeout_s=0.2) == TIMED_OUT
    assert len(peer.asked) == 1


def test_an_answer_that_trickles_in_times_out(peer, refused):
    peer.answers(Answer(endless=True, pause_s=0.05))
    assert refused(timeout_s=0.3) == TIMED_OUT


@pytest.mark.parametrize("answer", [Answer(cut=True), Answer(gemini_images.picture().body, cut=True)])
def test_a_cut_connection_is_an_unreachable_service(peer, refused, answer):
    peer.answers(answer)
    assert refused() == UNREACHABLE


def test_nobody_there_is_an_unreachable_service(refused):
    assert refused(base_url="http://127.0.0.1:1") == UNREACHABLE


@pytest.mark.parametrize(
    "body",
    [
        b"<html>It works!</html>",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"candidates": 5}',
        b'{"candidates": [5]}',
        b'{"candidates": [{"content": [7]}]}',
        b'{"candidates": [{"finishReason": {}}]}',
        b'{"promptFeedback": 5}',
        b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": "%%%"}}]}}]}',
    ],
)
def test_garbage_is_an_answer_that_cannot_be_read(peer, refused, body):
    peer.answers(Answer(body))
    assert refused() == UNREADABLE


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b'"x"', b'{"error": "x"}', b'{"error": null}'])
def test_garbage_with_an_error_status_keeps_the_meaning_of_its_status(peer, refused, body):
    peer.answers(Answer(body, 429, {"Retry-After": "3"}, content_type="text/html"))
    assert refused() == (ErrorCode.PROVIDER_RATE_LIMITED, "The image service is receiving too many requests.", 3)


@pytest.mark.parametrize("status", [200, 500])
def test_an_endless_answer_is_read_up_to_the_bound(settings, peer, refused, status):
    settings.MAX_IMAGE_BYTES = 100_000
    peer.answers(Answer(b'{"candidates": [', status, endless=True))
    assert refused() == TOO_LARGE
    assert peer.bytes_sent < SOCKETS_HOLD


# ── Secrets and settings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_key_gets_into_no_message_and_the_prompt_into_no_log(peer, provider, ask, caplog):
    caplog.set_level(logging.DEBUG)
    peer.answers(gemini_images.wrong_key(KEY))
    with pytest.raises(ProviderError) as caught:
        provider().generate(ask())
    assert caught.value.code == ErrorCode.PROVIDER_REJECTED
    assert caught.value.message == "The image service refused the server's credentials."
    assert caught.value.__suppress_context__
    assert KEY not in caplog.text
    assert "fox" not in caplog.text


def test_googles_environment_variables_change_nothing(monkeypatch, peer, provider, ask):
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_API_KEY", "another")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "beta")
    peer.answers(gemini_images.picture())
    provider().generate(ask())
    assert peer.asked[0].headers["x-goog-api-key"] == KEY
    assert peer.asked[0].path.startswith("/v1/models/")


@pytest.mark.parametrize("missing", ["google", "google.genai"])
def test_a_missing_package_and_a_missing_key_are_named_at_the_start(monkeypatch, missing):
    monkeypatch.delitem(sys.modules, "google.genai")
    monkeypatch.setitem(sys.modules, missing, None)
    assert GeminiProvider().problems() == [
        "its SDK is missing: run `.venv/bin/pip install '.[gemini]'`",
        "there is no key; set GEMINI_API_KEY",
    ]


def test_with_a_key_nothing_else_is_needed():
    assert GeminiProvider(api_key=KEY).problems() == []


def test_a_key_that_can_be_none_is_refused_at_the_start():
    assert GeminiProvider(api_key=f"{KEY}\n").problems() == [
        "the key holds characters that no key has; look at GEMINI_API_KEY"
    ]
