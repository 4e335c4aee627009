"""The enhancers that ask a server, over real connections to servers that speak their vendors' protocols."""

import json
import logging
import time
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from enhancement import EnhancementError, Template, enhance
from enhancement.enhancers.connection import MOST_BYTES, BoundedBody
from enhancement.enhancers.rules import RulesEnhancer
from enhancement.system_prompts import system_prompt, user_message
from tests.enhancement.test_system_prompts import INJECTIONS
from tests.enhancement.vendors import GEMINI, OPENAI, Vendor
from tests.peers import gemini_text, openai_chat
from tests.peers.server import Answer, Peer

PROMPT = "a cat on a windowsill"
BETTER = "A tabby cat naps on a sunlit windowsill, seen through an 85mm lens."
FROM_THE_RULES = RulesEnhancer().enhance(PROMPT, Template.PHOTOREALISTIC)


@pytest.fixture
def fallback(vendor, peer, hire):
    """Why the rules had to take over for this vendor, after exactly one question to it."""

    def fallback(answer: Answer, timeout_s: float = 5.0) -> str:
        hire(vendor, timeout_s)
        peer.answers(answer)
        enhancement = enhance(PROMPT, "photorealistic")
        assert (enhancement.prompt, enhancement.enhancer) == (FROM_THE_RULES, "rules")
        assert len(peer.asked) == 1
        name, _, reason = enhancement.fallback_reason.partition(": ")
        assert name == vendor.name
        return reason

    return fallback


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("template", Template)
def test_the_model_is_told_the_template_and_given_the_prompt_as_data(vendor, peer, hire, template):
    hire(vendor)
    peer.answers(vendor.says(BETTER))
    enhancement = enhance(PROMPT, template)
    assert (enhancement.prompt, enhancement.fallback_reason, enhancement.template) == (BETTER, "", template)
    assert enhancement.enhancer == f"{vendor.name}:{vendor.model}@1"
    (asked,) = peer.asked
    assert (vendor.system(asked), vendor.user(asked)) == (system_prompt(template), user_message(PROMPT))


def test_openai_is_asked_in_its_own_words(peer, hire):
    hire(OPENAI)
    peer.answers(OPENAI.says(BETTER))
    enhance(PROMPT, "comic")
    (asked,) = peer.asked
    assert (asked.method, asked.path) == ("POST", openai_chat.PATH)
    assert asked.headers["Authorization"] == "Bearer sk-test-secret"
    assert asked.document == {
        "model": "gpt-5.4-mini",
        "messages": [
            {"role": "system", "content": system_prompt(Template.COMIC)},
            {"role": "user", "content": user_message(PROMPT)},
        ],
        "max_tokens": 2_000,
    }


def test_openai_itself_is_given_the_limit_by_its_newer_name():
    request = OPENAI.enhancer(model="gpt-5.4-mini", api_key="k")._request(PROMPT, Template.COMIC)
    assert set(request) == {"model", "messages", "max_completion_tokens"}


def test_gemini_is_asked_in_its_own_words(peer, hire):
    hire(GEMINI)
    peer.answers(GEMINI.says(BETTER))
    enhance(PROMPT, "comic")
    (asked,) = peer.asked
    assert (asked.method, asked.path) == ("POST", gemini_text.PATH)
    assert asked.headers["X-Goog-Api-Key"] == "AIza-secret"
    assert asked.document == {
        "contents": [{"parts": [{"text": user_message(PROMPT)}], "role": "user"}],
        "systemInstruction": {"parts": [{"text": system_prompt(Template.COMIC)}], "role": "user"},
        "generationConfig": {"candidateCount": 1, "maxOutputTokens": 2_000},
    }


@pytest.mark.parametrize("prompt", INJECTIONS)
def test_an_injection_is_data_on_the_wire_and_an_obedient_model_is_not_believed(vendor, peer, hire, prompt):
    hire(vendor)
    peer.answers(vendor.says("HACKED"))
    enhancement = enhance(prompt, "general")
    (asked,) = peer.asked
    assert vendor.system(asked) == system_prompt(Template.GENERAL)
    data = vendor.user(asked).split("\n")[1]
    assert json.loads(data) == {"image_prompt": prompt}
    assert vendor.user(asked) == user_message(prompt)
    assert prompt not in asked.headers.as_string()
    assert enhancement.enhancer == "rules"
    assert enhancement.fallback_reason == f"{vendor.name}: shorter than what it enhances"


def test_a_server_of_ones_own_needs_no_key(peer, settings):
    options = {"model": "llama3.2", "base_url": f"{peer.url}/v1"}
    settings.PROMPT_ENHANCERS = {
        "default": {"BACKEND": "enhancement.enhancers.openai.OpenAIEnhancer", "OPTIONS": options}
    }
    peer.answers(openai_chat.completion(BETTER))
    assert enhance(PROMPT, "comic").enhancer == "openai:llama3.2@1"


def test_geminis_thoughts_are_left_out_and_its_parts_put_together(peer, hire):
    hire(GEMINI)
    peer.answers(gemini_text.content("A tabby cat naps ", "on a sunlit windowsill.", thought="A cat. Which one?"))
    assert enhance(PROMPT, "comic").prompt == "A tabby cat naps on a sunlit windowsill."


# ── What may come instead of an answer ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "status", [300, 302, 400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529]
)
def test_every_error_status_is_tried_once(vendor, fallback, status):
    assert fallback(vendor.fails(status)) == f"answered HTTP {status}"


@pytest.mark.parametrize("after", ["1", "30", "Wed, 21 Oct 2037 07:28:00 GMT"])
def test_a_caller_does_not_wait_for_a_vendors_retry_after(vendor, fallback, after):
    started = time.monotonic()
    assert fallback(vendor.fails(429, Retry_After=after)) == "answered HTTP 429"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_status_that_is_about_the_prompt_is_no_outage(vendor, peer, status):
    peer.answers(vendor.fails(status))
    with pytest.raises(EnhancementError) as caught:
        vendor.enhancer(**vendor.options(peer.url, 5.0)).enhance(PROMPT, Template.COMIC)
    assert caught.value.is_outage is False


@pytest.mark.parametrize(
    ("vendor", "answer", "reason"),
    [
        (OPENAI, openai_chat.error(401), "answered HTTP 401"),
        (OPENAI, openai_chat.error(404), "answered HTTP 404"),
        (GEMINI, gemini_text.wrong_key(), "does not accept the key"),
        (GEMINI, gemini_text.unserved(), "does not serve this account"),
        (GEMINI, gemini_text.error(403), "answered HTTP 403"),
    ],
    indirect=["vendor"],
)
def test_a_wrong_key_or_account_is_an_outage_and_soon_nobody_waits_for_it(vendor, peer, hire, answer, reason):
    hire(vendor)
    peer.answers(answer)
    reasons = [enhance(PROMPT, "comic").fallback_reason for _ in range(6)]
    assert reasons[:5] == [f"{vendor.name}: {reason}"] * 5
    assert reasons[5].startswith(f"{vendor.name}: not asked")
    assert len(peer.asked) == 5


def test_a_slow_answer(fallback):
    started = time.monotonic()
    assert fallback(Answer(slow=True), timeout_s=1) == "no answer within 1 s"
    assert 1 <= time.monotonic() - started < 10


def test_the_call_itself_ends_in_time_too(vendor, peer):
    """So that no thread outlives its request for long."""
    peer.answers(Answer(slow=True))
    started = time.monotonic()
    with pytest.raises(EnhancementError, match=r"^no answer within 1 s$"):
        vendor.enhancer(**vendor.options(peer.url, 1)).enhance(PROMPT, Template.COMIC)
    assert 1 <= time.monotonic() - started < 10


def test_a_cut_connection(vendor, fallback):
    whole = vendor.says(BETTER)
    assert fallback(Answer(whole.body, cut=True)) == "the connection broke off"


@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
@pytest.mark.parametrize("body", [b"<html>502 Bad Gateway</html>", b"{", b"\xff\xfe"])
def test_garbage(fallback, body, content_type):
    assert fallback(Answer(body, content_type=content_type)) == "answered something that is not its protocol"


@pytest.mark.parametrize("document", [[], None, {}, 1, {"choices": [], "candidates": []}])
def test_json_that_is_no_answer(fallback, document):
    assert fallback(Answer.of(document)) in {"answered something that is not its protocol", "no text"}


def test_an_enormous_body(peer, fallback):
    assert fallback(Answer(b'{"a": "', endless=True)) == "answered more than 1 MiB"
    assert peer.bytes_sent < 16 * MOST_BYTES


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_address_is_not_followed(vendor, fallback, status):
    with Peer().running() as inside:
        inside.answers(vendor.says("A secret from the inside of the network."))
        elsewhere = Answer(b"", status, {"Location": f"{inside.url}/latest/meta-data"})
        assert fallback(elsewhere) == f"answered HTTP {status}"
        assert inside.asked == []


def test_a_compressed_body_is_not_unpacked(fallback):
    bomb = Answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert fallback(bomb) == "answered in a compression that was not asked for"


def test_nobody_listens(vendor, hire):
    hire(vendor, address="http://127.0.0.1:1")
    assert enhance(PROMPT, "comic").fallback_reason == f"{vendor.name}: not reachable"


def test_a_body_may_not_drip_for_ever():
    class Drops(httpx2.SyncByteStream):
        def __iter__(self):
            while True:
                time.sleep(0.01)
                yield b" "

    with pytest.raises(EnhancementError, match=r"^no answer within 0\.1 s$"):
        list(BoundedBody(Drops(), 0.1))


# ── Answers that are no prompts ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty|no text"),
        (f"Sure, {BETTER}", "with a preamble"),
        (f'"{BETTER}', "with half a quote"),
        (f"**A cat** {BETTER}", "with markdown"),
        (f"<think>A cat. {BETTER}", "with markdown"),
        (f"{BETTER}\n\n{BETTER}", "in several paragraphs"),
        ("I can't help with that, even with a cat.", "a refusal"),
        ("a" * 2_001, "longer than 2,000 characters"),
        ("A cat.", "shorter than what it enhances"),
        (f"{BETTER} With @sofa.", "invented an alias"),
    ],
)
def test_what_is_no_prompt(vendor, fallback, text, reason):
    assert fallback(vendor.says(text)) in reason.split("|")


@pytest.mark.parametrize(
    "text",
    [
        f"<think>A cat.\n\nWhich one?</think>\n\n{BETTER}",
        f"Sure! Here's the prompt:\n\n```\n{BETTER}\n```",
        json.dumps({"image_prompt": BETTER}),
        f'"{BETTER}"',
    ],
)
def test_what_it_is_wrapped_in_is_taken_off(vendor, peer, hire, text):
    hire(vendor)
    peer.answers(vendor.says(text))
    enhancement = enhance(PROMPT, "comic")
    assert (enhancement.prompt, enhancement.fallback_reason) == (BETTER, "")


def test_a_lost_alias(vendor, peer, hire):
    hire(vendor)
    peer.answers(vendor.says(BETTER))
    enhancement = enhance("a cat with @logo on its collar", "photorealistic")
    assert enhancement.fallback_reason == f"{vendor.name}: lost an alias"
    assert "@logo" in enhancement.prompt


def test_a_refusal_by_protocol(vendor, fallback):
    assert fallback(vendor.refuses()) == "refused the prompt"


@pytest.mark.parametrize(
    ("vendor", "answer", "reason"),
    [
        (OPENAI, openai_chat.completion(BETTER, finish_reason="content_filter"), "refused the prompt"),
        (OPENAI, openai_chat.completion(BETTER, finish_reason="length"), "cut off"),
        (OPENAI, openai_chat.completion(None), "no text"),
        (OPENAI, openai_chat.completion([{"type": "text", "text": BETTER}]), "no text"),
        (GEMINI, gemini_text.content(BETTER, finish_reason="MAX_TOKENS"), "cut off"),
        (GEMINI, gemini_text.content(), "no text"),
        (GEMINI, gemini_text.content(finish_reason="MALFORMED_RESPONSE"), "no text"),
        (GEMINI, gemini_text.content(BETTER, finish_reason="SOMETHING_NEW"), "refused the prompt"),
        *((GEMINI, gemini_text.content(finish_reason=reason), "refused the prompt") for reason in
          ("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR")),
        *((GEMINI, gemini_text.blocked(reason), "refused the prompt") for reason in
          ("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "JAILBREAK")),
    ],
    indirect=["vendor"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:SOMETHING_NEW is not a valid FinishReason")
def test_an_end_that_is_not_the_models_own(vendor, fallback, answer, reason):
    assert fallback(answer) == reason


# ── Secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def everything_logged(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as ours:
        lines: list[str] = []
        yield lines
        lines += [json.dumps(line, default=str) for line in ours]
        lines += [f"{record.getMessage()} {record.exc_text} {record.args}" for record in caplog.records]


def test_no_key_no_prompt_and_no_address_is_logged_or_kept(vendor, peer, hire, caplog):
    answers = [vendor.says(BETTER), vendor.fails(401), vendor.fails(400), vendor.refuses(), Answer(b"{", cut=True)]
    kept = []
    with everything_logged(caplog) as lines:
        for answer in answers:
            hire(vendor)
            peer.answers(answer)
            kept.append(enhance(PROMPT, "comic").fallback_reason)
    assert len(peer.asked) == len(answers)
    assert len(lines) == len(answers) - 1  # a warning for each fallback, and nothing of the SDKs'
    for text in (*lines, *kept):
        for secret in (vendor.key, vendor.key[-6:], PROMPT, BETTER, "windowsill", peer.url, "10.0.0.7"):
            assert secret not in text


# ── At start ─────────────────────────────────────────────────────────────────────────────────────────────────────────


NO_URL = "the address is not a URL like https://models.example/v1; look at"


def problems(vendor: Vendor, **options: Any) -> list[str]:
    return vendor.enhancer(**{"model": vendor.model, "api_key": vendor.key} | options).problems()


def test_with_a_key_all_is_well(vendor):
    assert problems(vendor) == []


@pytest.mark.parametrize(
    ("vendor", "options", "problem"),
    [
        (OPENAI, {"api_key": ""}, "no API key: set OPENAI_API_KEY"),
        (GEMINI, {"api_key": ""}, "no API key: set GEMINI_API_KEY"),
        (OPENAI, {"api_key": "“sk-1”"}, "the key holds characters that no key has; look at OPENAI_API_KEY"),
        (GEMINI, {"api_key": "AIza 1"}, "the key holds characters that no key has; look at GEMINI_API_KEY"),
        (
            OPENAI,
            {"base_url": "http://127.0.0.1:11434/v1", "model": ""},
            "it names no model; set OPENAI_ENHANCER_MODEL",
        ),
        (OPENAI, {"base_url": "localhost:11434"}, f"{NO_URL} OPENAI_ENHANCER_BASE_URL"),
        (OPENAI, {"base_url": "http://["}, f"{NO_URL} OPENAI_ENHANCER_BASE_URL"),
        (GEMINI, {"base_url": "localhost"}, f"{NO_URL} GEMINI_ENHANCER_BASE_URL"),
        (
            OPENAI,
            {"base_url": "https://me:secret@models.example/v1"},
            "the address holds a user or a password; the key belongs in OPENAI_API_KEY",
        ),
    ],
    indirect=["vendor"],
)
def test_what_is_missing_or_wrong_is_named_with_what_mends_it(vendor, options, problem):
    assert problems(vendor, **options) == [problem]


def test_a_server_of_ones_own_is_well_without_a_key():
    assert problems(OPENAI, api_key="", base_url="http://127.0.0.1:11434/v1") == []


@pytest.mark.parametrize(
    ("vendor", "module", "extra"),
    [(OPENAI, "openai", "openai"), (GEMINI, "google.genai", "gemini")],
    indirect=["vendor"],
)
def test_a_missing_sdk_is_a_problem_and_no_crash(vendor, module, extra, monkeypatch, peer, hire):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    assert problems(vendor) == [f"its SDK is missing: run `.venv/bin/pip install '.[{extra}]'`"]
    hire(vendor)
    assert enhance(PROMPT, "comic").fallback_reason.startswith(f"{vendor.name}: ")
    assert peer.asked == []
