"""``make test-newest``: a small set of tests on the newest Django, and on the newest Python that is here.

The suite runs on Django's LTS, which the lock files name. This runs what an upgrade breaks first (migrations, a request
of each kind, a whole job, the admin's pages, the compiled queries), so that it is known when it is small. In an
environment of its own, from ``requirements.lock`` beside this file; ``make lock UPGRADE=--upgrade`` renews that.
"""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOCK = HERE / "requirements.lock"
VENV = ROOT / ".venv-newest"
PYTHON, STAMP = VENV / "bin" / "python", VENV / ".installed"
UV = Path(sys.executable).with_name("uv")
OLDEST = (3, 12)  # of Django 6.1
TESTS = ["tests/newest", "tests/projects/test_compiled_queries.py"]
# What a library says of itself is no error here; what it says of Easel's own code is.
OURS = "(config|enhancement|generations|projects)[.]"
WARNINGS = [
    "error",
    *(f"default::{kind}" for kind in ("DeprecationWarning", "PendingDeprecationWarning")),
    *(f"error::{kind}:{OURS}" for kind in ("DeprecationWarning", "PendingDeprecationWarning")),
]


def newest_python() -> str | None:
    """The newest CPython of this machine, pyenv's among them, from OLDEST on and no preview; else one that uv gets."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    path = os.pathsep.join([*map(str, pyenv.glob("versions/*/bin")), os.environ["PATH"]])
    command: list[str | Path] = [UV, "python", "list", "--only-installed", "--output-format", "json"]
    listed = subprocess.run(command, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True)
    found = {
        tuple(each["version_parts"].values()): each["path"]
        for each in reversed(json.loads(listed.stdout))  # of one version the first: a shim may lead nowhere
        if (each["implementation"], each["variant"]) == ("cpython", "default")
        and re.fullmatch(r"[0-9.]+", each["version"])
    }
    version = max(found, default=(0,))
    if version >= OLDEST:
        return str(found[version])
    installed = subprocess.run([UV, "python", "install", "--quiet", "--no-bin"], check=False, timeout=300)
    return f">={'.'.join(map(str, OLDEST))}" if installed.returncode == 0 else None


def install(python: str) -> None:
    """Make the environment anew where it is of another Python or another lock file."""
    state = f"{python} {sha256(LOCK.read_bytes()).hexdigest()}"
    if STAMP.exists() and STAMP.read_text() == state:
        return
    print(f"Installing the newest Django into {VENV.name} …", flush=True)
    subprocess.run([UV, "venv", "--quiet", "--clear", "--python", python, VENV], check=True)
    lock: list[str | Path] = ["--no-deps", "--require-hashes", "--requirement", LOCK]
    subprocess.run([UV, "pip", "install", "--quiet", "--python", VENV, *lock], check=True)
    STAMP.write_text(state)


def main(arguments: list[str]) -> int:
    python = newest_python()
    if python is None:
        print(
            f"WARNING: there is no Python {'.'.join(map(str, OLDEST))} or newer here, and none could be fetched,"
            " so NOTHING IS TESTED on the newest Django.",
            file=sys.stderr,
        )
        return 0
    install(python)
    versions = (
        "import sys, django; print('Django', django.__version__, 'on Python', sys.version.split()[0], flush=True)"
    )
    subprocess.run([PYTHON, "-c", versions], check=True)
    # A cache of its own, and the filters instead of pyproject.toml's.
    options = ["-p", "no:cacheprovider", "--override-ini", "filterwarnings=" + "\n".join(WARNINGS)]
    return subprocess.run([PYTHON, "-m", "pytest", *options, *TESTS, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
