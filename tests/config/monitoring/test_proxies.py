"""What doctor hears of a proxy in front, and what granian makes of a name with an underscore, which is why it asks."""

import pytest
from django.core.management import CommandError, call_command

from config.monitoring.proxies import NotAsked, examine_proxy, passes_underscores_on
from tests.api.conftest import key, server
from tests.enhancement.conftest import peer
from tests.peers.server import Answer
from tests.servers.process import HOST, free_port

__all__ = ["key", "peer", "server"]


@pytest.fixture
def behind(settings, tmp_path):
    """Easel, with no pictures, behind a proxy that answers at this address."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def behind(url, **more):
        settings.PUBLIC_URL, settings.TRUSTED_PROXIES, settings.FORWARDED_HEADER = url, 1, "X-Forwarded-For"
        for name, value in more.items():
            setattr(settings, name, value)

    return behind


def test_one_that_passes_names_with_an_underscore_on_is_found(behind, server, key, capsys):
    """Nothing is in front, and granian drops none: what it makes of one is the exact name's."""
    assert server.call("", X_API_Key=key).status == 200
    url = f"http://{HOST}:{server.port}"
    behind(url)
    with pytest.raises(CommandError, match=r"^1 finding\.$"):
        call_command("doctor", "--repair")
    found, advice = capsys.readouterr().out.splitlines()
    assert found == (
        f"What answers at {url} passes on names with an underscore: a client's X_Forwarded_For takes the place of its "
        "address."
    )
    assert advice == (
        "  Not repaired: have the proxy drop names with an underscore, or set Forwarded and tell Easel so by "
        "FORWARDED_HEADER=Forwarded."
    )


def test_one_that_drops_them_is_fine(behind, live_server):
    """Django's own server drops them, as nginx does."""
    behind(live_server.url)
    assert list(examine_proxy()) == []


def test_one_that_cannot_be_asked_is_said_and_is_no_finding(db, behind, capsys):
    behind(f"http://{HOST}:{free_port()}")
    call_command("doctor")
    said, healthy = capsys.readouterr().out.splitlines()
    assert said.startswith(
        "Not known whether the proxy in front drops names with an underscore. ConnectionRefusedError"
    )
    assert healthy == "Healthy: rows, images, objects and intents agree."


@pytest.mark.parametrize("status", [302, 400, 403, 502])
def test_an_answer_that_is_not_easels_tells_nothing(peer, status):
    peer.answers(Answer(status=status))
    with pytest.raises(NotAsked, match=f"/healthz is answered {status} there"):
        passes_underscores_on(peer.url)


@pytest.mark.parametrize("other", [{"TRUSTED_PROXIES": 0}, {"FORWARDED_HEADER": "Forwarded"}, {"PUBLIC_URL": ""}])
def test_where_no_second_spelling_can_matter_nobody_is_asked(behind, other):
    behind(f"http://{HOST}:{free_port()}", **other)
    assert list(examine_proxy()) == []
