"""The release that this code is; pyproject.toml, /healthz, the admin and the OpenAPI document read it here.

A release's tag is ``v`` and this (``v0.1.0``), and CHANGELOG.md has a heading of the same number.
"""

VERSION = "0.1.0"
