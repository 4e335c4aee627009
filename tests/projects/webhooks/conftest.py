import pytest

from projects.webhooks import sender


@pytest.fixture
def loopback(settings):
    """Receivers of a test listen where nothing is sent to by default."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def impatient(monkeypatch):
    """Waits a second where the product waits for 15."""
    monkeypatch.setattr(sender, "TIMEOUT_S", 1.0)
