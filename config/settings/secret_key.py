"""A laptop's own SECRET_KEY: made at the first start, kept in the data folder."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def load_secret_key(data_dir: Path) -> str:
    """Read the key, or make it once: of two processes that start together one writes and both read the same."""
    path = data_dir / "secret_key"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = data_dir / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
