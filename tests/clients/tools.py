"""The generators of clients, as `make clients` has installed them, and how each is called."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.users import ROOT

PROGRAMS = Path(__file__).with_name("programs")
PYTHON, NODE = ROOT / ".clients/python", ROOT / ".clients/node"
PATIENCE_S = 120


def need(*folders: Path, program: str | None = None) -> None:
    for folder in folders:
        if not (folder / ".installed").exists():
            pytest.skip(f"NO CLIENT IS MADE: `make clients` has not installed {folder.relative_to(ROOT)}")
    if program and not shutil.which(program):
        pytest.skip(f"NO CLIENT IS MADE by a generator that needs {program}")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run it to its end, and return all that it says; what fails is shown."""
    path = f"{PYTHON / 'bin'}:{NODE / 'node_modules/.bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={"PATH": path, "HOME": str(cwd), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def openapi_generator(folder: Path, **targets: Path) -> str:
    """A client by each generator, in one Java machine."""
    for name, target in targets.items():
        settings = {
            "generatorName": name.replace("_", "-"),
            "inputSpec": str(folder / "document.json"),
            "outputDir": str(target),
            "additionalProperties": {"packageName": "easel_client"} if name == "python" else {},
        }
        (folder / f"{name}.json").write_text(json.dumps(settings))
    (jar,) = PYTHON.glob("lib/python*/site-packages/openapi_generator_cli/openapi-generator.jar")
    # The tiered compiler's first tier is enough for a process that ends after seconds.
    options: list[str | Path] = ["-XX:TieredStopAtLevel=1", "-jar", jar, "batch", "--fail-fast"]
    return run("java", *options, *(f"{name}.json" for name in targets), cwd=folder)


def check_and_bundle(folder: Path, *programs: str) -> None:
    """Have the compiler check these programs and the clients that they import, and make one file of each."""
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    for program in programs:
        shutil.copy(PROGRAMS / f"{program}.ts", folder)
    settings = json.loads((PROGRAMS / "tsconfig.json").read_text())
    settings["files"] = [f"{program}.ts" for program in programs]
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    run("tsc", "--project", "tsconfig.json", cwd=folder)
    entries = [f"{program}.ts" for program in programs]
    options = ["--bundle", "--platform=node", "--format=esm", "--outdir=.", "--out-extension:.js=.mjs"]
    run("esbuild", *options, "--log-level=warning", *entries, cwd=folder)


def results(output: str) -> object:
    """What a program prints last."""
    return json.loads(output.strip().splitlines()[-1])


def python_program(folder: Path, name: str, **environment: str) -> object:
    return results(
        run(PYTHON / "bin/python", PROGRAMS / f"{name}.py", cwd=folder, PYTHONPATH=str(folder), **environment)
    )


def node_program(folder: Path, name: str, **environment: str) -> object:
    return results(run("node", f"{name}.mjs", cwd=folder, **environment))
