"""Run by an environment's own Python: import all that the product imports, at the start or only when it is wanted.

Prints, as JSON, what this environment cannot serve: each file, and the name that it asks for.
"""

import ast
import importlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("config", "enhancement", "generations", "projects")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    paths = [path.relative_to(ROOT) for folder in PRODUCT for path in sorted((ROOT / folder).rglob("*.py"))]
    asked = [(str(path), name) for path in paths for name in sorted(imports_of(path))]
    there = {name: is_there(*name) for name in {name for _, name in asked}}
    print(json.dumps([[path, ".".join(filter(None, name))] for path, name in asked if not there[name]]))


def imports_of(path: Path) -> set[tuple[str, str]]:
    """The modules of others that the file imports and what from them, wherever in it; types alone are left out."""
    tree = ast.parse((ROOT / path).read_text())
    for statement in tree.body:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            statement.body.clear()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(each.name, "") for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {(node.module, each.name) for each in node.names}
    return {name for name in found if name[0].split(".")[0] not in PRODUCT}


def is_there(module: str, name: str) -> bool:
    """Whether it can be imported: a module, or something of it, which may be a module again."""
    try:
        found = importlib.import_module(module)
        if name and not hasattr(found, name):
            importlib.import_module(f"{module}.{name}")
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
