"""The OpenAI provider against a server on loopback that speaks the real wire format."""

import base64
import logging
import socket
import sys
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from generations.providers import Canceled, ProviderError
from generations.providers.errors import ErrorCode
from generations.providers.hosted import client, download
from generations.providers.hosted.refusals import retry_after_s
from generations.providers.openai import OpenAIProvider
from tests.peers import openai_images
from tests.peers.server import Answer
from tests.projects.outbound.test_addresses import REFUSED
from tests.providers import png

KEY = "sk-proj-Zq9xSecretOfTheServer0123456789"
SOCKETS_HOLD = 16 * 1024 * 1024


@pytest.fixture
def provider(peer):
    def provider(**options):
        return OpenAIProvider(**{"base_url": f"{peer.url}/v1", "api_key": KEY, "timeout_s": 5, **options})

    return provider


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """A link is tried again at once."""
    monkeypatch.setattr(download, "AGAIN_AFTER_S", (0, 0, 0))


@pytest.fixture
def failure(provider, ask):
    """What the provider raises when it makes no picture."""

    def failure(**options):
        with pytest.raises(ProviderError) as caught:
            provider(**options).generate(ask())
        return caught.value

    return failure


@pytest.fixture
def refused(provider, ask):
    """What the provider says when it makes no picture: code, sentence, retry after."""

    def refused(**options):
        with pytest.raises(ProviderError) as caught:
            provider(**options).generate(ask())
        return caught.value.code, caught.value.message, caught.value.retry_after_s

    return refused


# ── A picture ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_comes_in_base64(peer, provider, ask):
    peer.answers(openai_images.picture(png(16, 16)))
    result = provider(model="gpt-image-2").generate(ask())
    assert (result.content, result.model) == (png(16, 16), "gpt-image-2")


def test_only_what_is_set_is_asked_for(peer, provider, ask):
    peer.answers(openai_images.picture())
    provider().generate(ask())
    (asked,) = peer.asked
    assert (asked.method, asked.path) == ("POST", "/v1/images/generations")
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.document == {
        "prompt": "A fox in the snow, oil on canvas.",
        "model": "gpt-image-2.5-flare",
        "size": "1024x1024",
    }


def test_options_are_sent_when_they_are_set(peer, provider, ask):
    peer.answers(openai_images.picture())
    provider(quality="high", output_format="webp", moderation="low").generate(ask())
    assert peer.asked[0].document.items() >= {"quality": "high", "output_format": "webp", "moderation": "low"}.items()


@pytest.mark.parametrize(
    ("model", "wide", "tall", "photo", "ultra_wide"),
    [
        ("gpt-image-1", "1536x1024", "1024x1536", "1536x1024", "1536x1024"),
        ("openai/gpt-image-1.5", "1536x1024", "1024x1536", "1536x1024", "1536x1024"),
        ("dall-e-3", "1792x1024", "1024x1792", "1792x1024", "1792x1024"),
        ("dall-e-2", "1024x1024", "1024x1024", "1024x1024", "1024x1024"),
        ("recraftv4", "16:9", "9:16", "3:2", "2:1"),
        ("gpt-image-2.5-flare", "1792x1024", "1024x1792", "1536x1024", "2016x864"),
        ("flux.1-dev", "1792x1024", "1024x1792", "1536x1024", "2016x864"),
    ],
)
def test_the_nearest_size_of_the_model_is_asked_for(peer, provider, ask, model, wide, tall, photo, ultra_wide):
    peer.answers(openai_images.picture())
    painter = provider(model=model)
    for size in ((1792, 1024), (1024, 1792), (1536, 1024), (2016, 864)):
        painter.generate(ask(width=size[0], height=size[1]))
    assert [asked.document["size"] for asked in peer.asked] == [wide, tall, photo, ultra_wide]


def test_a_server_of_ones_own_needs_no_key(peer, provider, ask):
    peer.answers(openai_images.picture())
    painter = provider(api_key="")
    painter.generate(ask())
    assert painter.problems() == []
    assert peer.asked[0].headers["Authorization"] == "Bearer none"


@pytest.mark.parametrize(
    "write",
    [
        lambda digits: "\r\n".join(digits[at : at + 76] for at in range(0, len(digits), 76)) + "\r\n",
        lambda digits: digits.replace("+", "-").replace("/", "_"),
        lambda digits: digits.rstrip("="),
        lambda digits: f" {digits}\n",
        lambda digits: f"data:image/png;base64,\n{digits}",
    ],
    ids=["line breaks", "of URLs", "no padding", "blanks", "a data URL with a break"],
)
def test_base64_is_taken_however_it_is_written(peer, provider, ask, write):
    content = bytes(range(256))
    digits = base64.b64encode(content).decode()
    assert {"+", "/", "="} <= set(digits)
    peer.answers(Answer.of({"data": [{"b64_json": write(digits)}]}))
    assert provider().generate(ask()).content == content


def test_base64_may_come_as_a_data_url(peer, provider, ask):
    data = openai_images.picture(png()).body.decode().split('"b64_json": "')[1].split('"')[0]
    peer.answers(openai_images.link(f"data:image/png;base64,{data}"))
    assert provider().generate(ask()).content == png()


# ── A link to a picture ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_is_fetched_at_once_and_without_the_key(peer, provider, ask):
    peer.answers(
        openai_images.link(f"{peer.url}/generated-images/fox.png?sig=a%2Fb"), Answer(png(), content_type="image/png")
    )
    assert provider().generate(ask()).content == png()
    fetched = peer.asked[1]
    assert (fetched.method, fetched.path) == ("GET", "/generated-images/fox.png?sig=a%2Fb")
    assert fetched.headers["Host"] == f"127.0.0.1:{peer.port}"
    assert KEY not in str(fetched.headers)


def test_a_link_to_a_picture_that_nobody_wants_any_more_is_not_fetched(peer, provider, ask):
    peer.answers(openai_images.link(f"{peer.url}/files/fox.png"), Answer(png(), content_type="image/png"))
    with pytest.raises(Canceled):
        provider().generate(ask(canceled=lambda: True))
    assert [asked.method for asked in peer.asked] == ["POST"]


def test_a_links_signature_gets_into_no_log(peer, provider, ask, caplog):
    caplog.set_level(logging.DEBUG)
    peer.answers(openai_images.link(f"{peer.url}/fox.png?sig=s3cr3t"), Answer(png()))
    provider().generate(ask())
    assert "s3cr3t" not in caplog.text


UNTRUSTED = (
    ErrorCode.PROVIDER_REJECTED,
    "The image service keeps its images on a host that this server does not trust.",
    None,
)
PRIVATE = (ErrorCode.PROVIDER_REJECTED, "The image service's link to the image leads into a private network.", None)
BROKEN = (ErrorCode.NO_IMAGE_RETURNED, "The image service's link to the image is broken.", None)
DEAD = (ErrorCode.NO_IMAGE_RETURNED, "The image service's link to the image does not work.", None)


def test_a_link_to_a_host_that_is_not_on_the_list_is_not_fetched(peer, neighbour, refused):
    peer.answers(openai_images.link(f"http://localhost:{neighbour.port}/fox.png"))
    assert refused() == UNTRUSTED
    assert neighbour.asked == []


def test_a_host_on_the_list_must_not_be_a_private_address(peer, neighbour, refused):
    peer.answers(openai_images.link(f"http://localhost:{neighbour.port}/fox.png"))
    assert refused(image_hosts=["localhost"]) == PRIVATE
    assert neighbour.asked == []


def test_the_vendors_own_private_host_is_no_way_to_other_ports(peer, neighbour, refused):
    peer.answers(openai_images.link(f"{neighbour.url}/fox.png"))
    assert refused() == PRIVATE
    assert neighbour.asked == []


@pytest.mark.parametrize("address", [address for address in REFUSED if "%" not in address])
def test_no_private_address_is_fetched_whatever_the_list_says(peer, refused, address):
    """Python calls some of them global: 64:ff9b::a9fe:a9fe is a cloud's metadata behind NAT64."""
    host = f"[{address}]" if ":" in address else address
    peer.answers(openai_images.link(f"http://{host}/latest/meta-data/"))
    assert refused(image_hosts=["*"]) == PRIVATE


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/fox.png", "http:///fox.png", "\x00"])
def test_only_http_links_are_fetched(peer, refused, url):
    peer.answers(openai_images.link(url))
    assert refused(image_hosts=["*"]) == BROKEN
    assert len(peer.asked) == 1


def test_a_link_with_a_password_is_not_fetched(peer, refused):
    peer.answers(openai_images.link(f"http://user:secret@127.0.0.1:{peer.port}/fox.png"))
    assert refused() == BROKEN
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    ("link", "path"),
    [("/files/fox.png", "/files/fox.png"), ("files/fox.png", "/v1/files/fox.png"), ("?fox=1", "/v1/?fox=1")],
)
def test_a_relative_link_is_seen_from_the_vendors_address(peer, provider, ask, link, path):
    peer.answers(openai_images.link(link), Answer(png(), content_type="image/png"))
    assert provider().generate(ask()).content == png()
    assert peer.asked[1].path == path


@pytest.mark.parametrize("link", ["//localhost/fox.png", "\\\\localhost\\fox.png", "/\\localhost/fox.png"])
def test_a_link_that_only_looks_relative_leads_nowhere_else(peer, neighbour, refused, link):
    peer.answers(openai_images.link(link.replace("localhost", f"localhost:{neighbour.port}")), Answer(status=410))
    assert refused() in {UNTRUSTED, DEAD, BROKEN}
    assert neighbour.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_links_redirect_is_followed_without_the_key(peer, provider, ask, status):
    elsewhere = Answer(status=status, headers={"Location": "/cdn/fox.png"})
    peer.answers(openai_images.link(f"{peer.url}/fox.png"), elsewhere, Answer(png(), content_type="image/png"))
    assert provider().generate(ask()).content == png()
    assert [asked.path for asked in peer.asked[1:]] == ["/fox.png", "/cdn/fox.png"]
    assert KEY not in str(peer.asked[2].headers)


def test_each_hop_of_a_redirect_has_to_be_trusted_like_the_first(peer, neighbour, refused):
    """Python's own host names for loopback, a neighbour's port, a private address, another scheme."""
    for location, hosts, expected in (
        (f"http://localhost:{neighbour.port}/x", [], UNTRUSTED),
        (f"http://localhost:{neighbour.port}/x", ["localhost"], PRIVATE),
        (f"{neighbour.url}/x", ["*"], PRIVATE),
        ("http://169.254.169.254/latest/meta-data/", ["*"], PRIVATE),
        ("file:///etc/passwd", ["*"], BROKEN),
        (f"http://user:secret@127.0.0.1:{peer.port}/x", ["*"], BROKEN),
    ):
        peer.answers(openai_images.link(f"{peer.url}/fox.png"), Answer(status=302, headers={"Location": location}))
        assert refused(image_hosts=hosts) == expected
    assert neighbour.asked == []


def test_a_redirect_that_leads_in_circles_ends_and_is_no_image(peer, failure):
    peer.answers(openai_images.link(f"{peer.url}/fox.png"), Answer(status=302, headers={"Location": "/fox.png"}))
    error = failure()
    assert (error.message, error.retryable) == ("The image service's link to the image leads in circles.", False)
    assert len(peer.asked) == 1 + 1 + download.MOST_HOPS


@pytest.mark.parametrize(("status", "fetched"), [(401, 1), (403, 4), (404, 4), (410, 1), (451, 1), (302, 4)])
def test_a_link_that_does_not_work_is_no_image_and_none_is_bought_for_it_again(peer, failure, status, fetched):
    peer.answers(openai_images.link(f"{peer.url}/fox.png"), Answer(status=status))
    error = failure()
    assert (error.code, error.message, error.retryable) == (DEAD[0], DEAD[1], False)
    assert not error.is_refusal
    assert [asked.method for asked in peer.asked] == ["POST"] + ["GET"] * fetched


@pytest.mark.parametrize("first", [Answer(status=404), Answer(status=503), Answer(cut=True), Answer(png(), cut=True)])
def test_a_link_that_fails_for_a_moment_is_fetched_again_and_nothing_is_paid_twice(peer, provider, ask, first):
    peer.answers(openai_images.link(f"{peer.url}/fox.png"), first, Answer(png(), content_type="image/png"))
    assert provider().generate(ask()).content == png()
    assert [asked.method for asked in peer.asked] == ["POST", "GET", "GET"]


def test_a_slow_link_times_out(peer, refused):
    peer.answers(openai_images.link(f"{peer.url}/fox.png"), Answer(slow=True))
    assert refused(timeout_s=0.2) == TIMED_OUT


def test_a_link_to_an_endless_picture_is_read_up_to_the_bound(settings, peer, refused):
    settings.MAX_IMAGE_BYTES = 100_000
    peer.answers(openai_images.link(f"{peer.url}/fox.png"), Answer(png(), endless=True))
    assert refused() == TOO_LARGE
    assert peer.bytes_sent < SOCKETS_HOLD


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TIMED_OUT = (ErrorCode.PROVIDER_TIMEOUT, "The image service took too long.", None)
TOO_LARGE = (ErrorCode.INVALID_IMAGE, "The image service's answer is too large.", None)
UNREACHABLE = (ErrorCode.PROVIDER_UNAVAILABLE, "The image service is not reachable.", None)
UNREADABLE = (ErrorCode.PROVIDER_UNAVAILABLE, "The image service's answer could not be read.", None)
NO_IMAGE = (ErrorCode.NO_IMAGE_RETURNED, "The image service answered without an image.", None)
UNDECODABLE = (ErrorCode.NO_IMAGE_RETURNED, "The image service's image could not be decoded.", None)
BLOCKED = (ErrorCode.CONTENT_BLOCKED, "The image service refused the prompt because of its content policy.", None)
QUOTA = "The server's account with the image service has used up its quota."


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (302, "PROVIDER_REJECTED", "The image service has moved to another address, which is not followed."),
        (400, "PROVIDER_REJECTED", "The image service did not accept the request."),
        (401, "PROVIDER_REJECTED", "The image service refused the server's credentials."),
        (402, "PROVIDER_RATE_LIMITED", QUOTA),
        (403, "PROVIDER_REJECTED", "The image service does not allow the server's account to do this."),
        (404, "PROVIDER_REJECTED", "The image service does not know the model or the address that it is asked for."),
        (408, "PROVIDER_TIMEOUT", "The image service took too long."),
        (409, "PROVIDER_UNAVAILABLE", "The image service is busy with another request."),
        (413, "PROVIDER_REJECTED", "The image service did not accept the request."),
        (418, "PROVIDER_REJECTED", "The image service did not accept the request."),
        (422, "PROVIDER_REJECTED", "The image service did not accept the request."),
        (429, "PROVIDER_RATE_LIMITED", "The image service is receiving too many requests."),
        (500, "PROVIDER_UNAVAILABLE", "The image service is not available."),
        (502, "PROVIDER_UNAVAILABLE", "The image service is not available."),
        (503, "PROVIDER_UNAVAILABLE", "The image service is not available."),
        (504, "PROVIDER_TIMEOUT", "The image service took too long."),
        (524, "PROVIDER_TIMEOUT", "The image service took too long."),
        (599, "PROVIDER_UNAVAILABLE", "The image service is not available."),
    ],
)
def test_every_status_has_its_code_and_its_sentence(peer, refused, status, code, message):
    peer.answers(openai_images.error(status))
    assert refused() == (code, message, None)
    assert len(peer.asked) == 1, "the SDK must not retry by itself"


def test_a_redirect_is_not_followed(peer, neighbour, refused):
    peer.answers(Answer(status=307, headers={"Location": f"{neighbour.url}/v1/images/generations"}))
    assert refused()[0] == ErrorCode.PROVIDER_REJECTED
    assert neighbour.asked == []


@pytest.mark.parametrize(
    ("answer", "misconfigured"),
    [
        (openai_images.wrong_key(KEY), True),
        (openai_images.error(403), True),
        (openai_images.error(404), True),
        (Answer(status=308), True),
        (openai_images.link("https://elsewhere.example/fox.png"), True),
        (openai_images.moderated(), False),
        (openai_images.error(400), False),
        (openai_images.error(422, param="size"), False),
        (openai_images.error(400, param="prompt"), False),
        (openai_images.error(400, "The model 'a' does not exist.", param="prompt"), False),
        (openai_images.error(400, "Invalid value: 'gpt-imag'.", param="model"), True),
        (openai_images.error(404, "The model `gpt-imag` does not exist.", code="model_not_found"), True),
        (openai_images.error(400, "Unknown parameter: 'quality'.", param="quality"), True),
        (openai_images.error(400, "/images/generations: Invalid model name passed in model=x", code="400"), True),
        (openai_images.error(400, "x is not a valid model ID", code="400"), True),
        (openai_images.error(500, "could not load model: model not found", code="500"), True),
        (Answer.of({"detail": [{"loc": ["body", "model"], "msg": "Not there.", "input": "x"}]}, 422), True),
        (
            Answer.of({"detail": [{"loc": ["body", "prompt"], "msg": "Too long.", "input": "model not found"}]}, 422),
            False,
        ),
        (Answer.of({"detail": "Model 'x' not found"}, 404), True),
        (Answer.of({"error": "model 'x' not found, try pulling it first"}, 404), True),
        (Answer.of({"error": "model 'x' not found, try pulling it first"}), True),
    ],
)
def test_a_fault_of_the_settings_is_told_from_one_of_the_prompt(peer, provider, ask, answer, misconfigured):
    peer.answers(answer)
    with pytest.raises(ProviderError) as caught:
        provider().generate(ask())
    assert caught.value.misconfigured is misconfigured
    assert caught.value.is_refusal is not misconfigured
    assert not caught.value.retryable


@pytest.mark.parametrize(
    "answer",
    [
        openai_images.moderated(),
        openai_images.error(400, code="content_policy_violation"),
        openai_images.error(400, "litellm.ContentPolicyViolationError: OpenAIException", code="400"),
        openai_images.error(400, code="content_filter"),
        openai_images.error(403, type="content_filter"),
    ],
)
def test_a_content_policy_blocks_for_good(peer, refused, answer):
    peer.answers(answer)
    assert refused() == BLOCKED


def of_200(**document):
    return Answer.of({"created": 1, **document})


FILTERED = {"violence": {"filtered": True, "severity": "high"}, "hate": {"filtered": False}}


@pytest.mark.parametrize(
    "answer",
    [
        of_200(data=[], error={"message": "Your request was rejected by our safety system.", "code": None}),
        of_200(data=None, error={"code": "content_policy_violation", "message": "No."}),
        of_200(
            error={"code": "contentFilter", "message": "No.", "innererror": {"code": "ResponsibleAIPolicyViolation"}}
        ),
        of_200(data=[], finish_reason="content_filter"),
        of_200(data=[{"finish_reason": "CONTENT_FILTERED", "b64_json": "QQ=="}]),
        of_200(data=[{"url": None, "respect_moderation": False}]),
        of_200(data=[{"revised_prompt": "A fox.", "content_filter_results": FILTERED}]),
        of_200(data=[], prompt_filter_results=[{"prompt_index": 0, "content_filter_results": FILTERED}]),
        of_200(data=[], choices=[{"finish_reason": "content_filter", "message": {"content": None}}]),
        Answer.of({"detail": "The prompt was blocked by the content filter."}),
    ],
)
def test_so_does_one_that_hides_in_an_answer_of_200(peer, refused, answer):
    peer.answers(answer)
    assert refused() == BLOCKED


def test_a_filter_that_found_nothing_blocks_nothing(peer, provider, ask):
    picture = {"b64_json": base64.b64encode(png()).decode(), "finish_reason": "SUCCESS"}
    found_nothing = {"hate": {"filtered": False, "severity": "safe"}}
    peer.answers(of_200(data=[picture | {"content_filter_results": found_nothing, "respect_moderation": True}]))
    assert provider().generate(ask()).content == png()


@pytest.mark.parametrize(
    ("answer", "code", "retryable"),
    [
        (of_200(data=[], error={"code": "429", "message": "Slow down."}), "PROVIDER_RATE_LIMITED", True),
        (of_200(data=[], error={"type": "rate_limit_error", "message": "Slow."}), "PROVIDER_RATE_LIMITED", True),
        (of_200(error={"code": 503, "message": "Busy."}), "PROVIDER_UNAVAILABLE", True),
        (of_200(error={"type": "server_error", "message": "Oops."}), "PROVIDER_UNAVAILABLE", True),
        (of_200(error="Out of memory."), "PROVIDER_UNAVAILABLE", True),
        (of_200(error={"type": "invalid_request_error", "message": "Too long."}), "PROVIDER_REJECTED", False),
        (of_200(error={"type": "invalid_request_error", "param": "size"}), "PROVIDER_REJECTED", False),
        (of_200(data=[{"revised_prompt": "A fox in the snow."}]), "NO_IMAGE_RETURNED", False),
        (of_200(data=[{"url": "", "revised_prompt": ""}]), "NO_IMAGE_RETURNED", True),
        (of_200(data=[]), "NO_IMAGE_RETURNED", True),
    ],
)
def test_other_errors_in_an_answer_of_200_mean_what_they_say(peer, failure, answer, code, retryable):
    peer.answers(answer)
    error = failure()
    assert (error.code, error.retryable) == (code, retryable)


def test_an_unknown_option_called_moderation_is_no_content_policy(peer, refused):
    peer.answers(openai_images.error(400, "Unknown parameter: 'moderation'.", param="moderation"))
    message = "The image service did not accept the request's moderation."
    assert refused() == (ErrorCode.PROVIDER_REJECTED, message, None)


def test_no_word_of_the_vendors_gets_into_the_sentence(peer, refused):
    peer.answers(openai_images.error(400, param="<script>"))
    assert refused() == (ErrorCode.PROVIDER_REJECTED, "The image service did not accept the request.", None)


@pytest.mark.parametrize(
    "answer", [openai_images.out_of_quota(), openai_images.error(400, code="billing_hard_limit_reached")]
)
def test_a_used_up_quota_is_a_rate_limit(peer, refused, answer):
    peer.answers(answer)
    assert refused() == (ErrorCode.PROVIDER_RATE_LIMITED, QUOTA, None)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0.5"}, 0.5),
        ({"Retry_After": "-3"}, 0),
        ({"Retry_After": "99999999999"}, 86_400),
        ({"Retry_After": "1e999"}, None),
        ({"Retry_After": "nan"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": ""}, None),
        ({"Retry_After": "Wed, 99 Foo 2026 99:99:99 GMT"}, None),
        ({"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
    ],
)
def test_retry_after_is_taken_over_as_far_as_it_makes_sense(peer, refused, headers, expected):
    peer.answers(openai_images.error(429, headers=headers))
    assert refused()[2] == expected


def test_retry_after_may_be_a_date(peer, refused):
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=90)
    peer.answers(openai_images.error(503, headers={"Retry_After": format_datetime(until, usegmt=True)}))
    code, _, retry_after_s = refused()
    assert code == ErrorCode.PROVIDER_UNAVAILABLE
    assert 88 <= retry_after_s <= 90


def test_a_date_is_compared_with_the_vendors_own_clock():
    headers = {"Date": "Tue, 02 Jan 2024 03:04:05 GMT", "Retry-After": "Tue, 02 Jan 2024 03:05:35 GMT"}
    assert retry_after_s(headers) == 90


def test_a_date_of_a_vendor_that_does_not_tell_its_own_time_says_nothing():
    assert retry_after_s({"Retry-After": "Tue, 02 Jan 2124 03:05:35 GMT"}) is None


def test_what_cannot_be_retried_has_no_retry_after(peer, refused):
    peer.answers(openai_images.error(401, headers={"Retry_After": "7"}))
    assert refused()[2] is None


# ── A bad line ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_slow_answer_times_out(peer, refused):
    peer.answers(Answer(slow=True))
    assert refused(timeout_s=0.2) == TIMED_OUT
    assert len(peer.asked) == 1


def test_an_answer_that_trickles_in_times_out(peer, refused):
    peer.answers(Answer(endless=True, pause_s=0.05))
    assert refused(timeout_s=0.3) == TIMED_OUT


@pytest.mark.parametrize("answer", [Answer(cut=True), Answer(openai_images.picture().body, cut=True)])
def test_a_cut_connection_is_an_unreachable_service(peer, refused, answer):
    peer.answers(answer)
    assert refused() == UNREACHABLE


def test_a_connection_that_does_not_come_about_is_no_time_out_for_nothing_was_asked(refused, monkeypatch):
    monkeypatch.setattr(client, "CONNECT_TIMEOUT_S", 0.2)
    with full_backlog() as port:
        assert refused(base_url=f"http://127.0.0.1:{port}/v1") == UNREACHABLE


@contextmanager
def full_backlog():
    """A listener that takes no more connections: the kernel answers no further SYN."""
    with socket.socket() as listener, ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(listener.getsockname())
        yield listener.getsockname()[1]


def test_nobody_there_is_an_unreachable_service(refused):
    assert refused(base_url="http://127.0.0.1:1/v1") == UNREACHABLE


GARBAGE = [b"", b"<html>It works!</html>", b"\xff\xfe\x00", b"[" * 100_000]
NO_ANSWER = [b"null", b"[]", b'"x"', b"{}", b'{"data": 5}', b'{"data": [7]}']


@pytest.mark.parametrize("body", [*GARBAGE, *NO_ANSWER])
def test_garbage_is_an_answer_that_cannot_be_read(peer, refused, body):
    peer.answers(Answer(body))
    assert refused() == UNREADABLE


def test_garbage_with_an_error_status_keeps_the_meaning_of_its_status(peer, refused):
    peer.answers(Answer(b"<html>Too many requests</html>", 429, {"Retry-After": "3"}, content_type="text/html"))
    assert refused() == (ErrorCode.PROVIDER_RATE_LIMITED, "The image service is receiving too many requests.", 3)


@pytest.mark.parametrize(
    "data", [[], None, [{}], [{"b64_json": ""}], [{"b64_json": None, "url": None}], [{"url": ""}], [{"b64_json": 5}]]
)
def test_an_answer_without_an_image_is_no_image(peer, refused, data):
    peer.answers(Answer.of({"created": 1, "data": data}))
    assert refused() == NO_IMAGE


@pytest.mark.parametrize("text", ["%%%", "A", "ü"])
def test_an_image_that_cannot_be_decoded_is_no_image(peer, refused, text):
    peer.answers(Answer.of({"created": 1, "data": [{"b64_json": text}]}))
    assert refused() == UNDECODABLE


@pytest.mark.parametrize("status", [200, 500])
def test_an_endless_answer_is_read_up_to_the_bound(settings, peer, refused, status):
    settings.MAX_IMAGE_BYTES = 100_000
    peer.answers(Answer(b'{"data": [{"b64_json": "', status, endless=True))
    assert refused() == TOO_LARGE
    assert peer.bytes_sent < SOCKETS_HOLD


def test_a_compressed_answer_is_not_unpacked(peer, refused):
    peer.answers(Answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}))
    assert refused()[:2] == (
        ErrorCode.NO_IMAGE_RETURNED,
        "The image service's answer is compressed, which was not asked for.",
    )
    assert peer.asked[0].headers["Accept-Encoding"] == "identity"


def test_what_would_come_again_is_not_asked_for_again(settings, peer, failure):
    settings.MAX_IMAGE_BYTES = 100_000
    for answer in (
        Answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}),
        Answer(b'{"data": [{"b64_json": "', endless=True),
        Answer.of({"data": [{"b64_json": "%%%"}]}),
        openai_images.link("ftp://127.0.0.1/fox.png"),
    ):
        peer.answers(answer)
        assert not failure().retryable
    for answer in (Answer(b"<html>"), Answer(cut=True), Answer.of({"data": []}), Answer(status=502)):
        peer.answers(answer)
        assert failure().retryable


# ── Secrets and settings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_key_gets_into_no_message_and_the_prompt_into_no_log(peer, provider, ask, caplog):
    caplog.set_level(logging.DEBUG)
    peer.answers(openai_images.wrong_key(KEY))
    with pytest.raises(ProviderError) as caught:
        provider().generate(ask())
    assert caught.value.message == "The image service refused the server's credentials."
    assert caught.value.__suppress_context__
    assert KEY not in caplog.text
    assert "fox" not in caplog.text


def test_a_missing_package_and_a_missing_key_are_named_at_the_start(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    assert OpenAIProvider().problems() == [
        "its SDK is missing: run `.venv/bin/pip install '.[openai]'`",
        "there is no key; set OPENAI_API_KEY, or OPENAI_BASE_URL to a server of your own",
    ]


def test_a_password_in_the_address_is_refused_at_the_start():
    problem = "the address holds a user or a password; the key belongs in OPENAI_API_KEY"
    assert OpenAIProvider(base_url="https://user:secret@images.example/v1").problems() == [problem]


@pytest.mark.parametrize("address", ["images.example/v1", "ftp://images.example", "https://", "http://[::1"])
def test_an_address_that_is_none_is_refused_at_the_start(address):
    problem = "the address is not a URL like https://images.example/v1; look at OPENAI_BASE_URL"
    assert OpenAIProvider(base_url=address).problems() == [problem]


def test_with_a_key_nothing_else_is_needed():
    assert OpenAIProvider(api_key=KEY).problems() == []


@pytest.mark.parametrize("key", [f"{KEY}\n", f"“{KEY}”", f"Bearer {KEY}"])
def test_a_key_that_can_be_none_is_refused_at_the_start(key):
    assert OpenAIProvider(api_key=key).problems() == [
        "the key holds characters that no key has; look at OPENAI_API_KEY"
    ]
