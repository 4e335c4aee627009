"""The environments that users have: what one lock file installs, and no package of development besides."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN, VENDORS = ".venv-run", ".venv-vendors"
"""`make run` installs requirements.lock; with a vendor's key, and in the image, it is requirements-vendors.lock."""


def python_of(environment: str) -> Path:
    """The interpreter of one of them, which `make test` has made from its lock file."""
    python = ROOT / environment / "bin" / "python"
    assert python.exists(), f"`make {environment}/.installed` installs what this test starts the product from."
    return python
