"""What the enhancers that ask a server have in common: their options, and what can be wrong with those."""

from importlib.util import find_spec
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from enhancement.enhancers.base import PromptEnhancer
from enhancement.system_prompts import PROMPT_VERSION


class HostedEnhancer(PromptEnhancer):
    """A language model at an address: the vendor's own unless another one is given."""

    vendor_url: ClassVar[str]
    vendor_model: ClassVar[str]
    sdk: ClassVar[str]
    """The module, which the extra of the enhancer's name installs."""

    def __init__(self, *, model: str = "", api_key: str = "", base_url: str = "", timeout_s: float = 5.0) -> None:
        self.model = model or self.vendor_model
        self._names_model = bool(model)
        self.base_url = base_url or self.vendor_url
        self._api_key = api_key
        self._timeout_s = timeout_s

    @property
    def label(self) -> str:
        return f"{self.name}:{self.model}@{PROMPT_VERSION}"

    def problems(self) -> list[str]:
        return [*self._sdk_problems(), *self._key_problems(), *self._address_problems()]

    def needs_key(self) -> bool:
        return True

    def _sdk_problems(self) -> list[str]:
        """The SDK is looked for and not imported, which takes a second."""
        try:
            found = find_spec(self.sdk)
        except ModuleNotFoundError:
            found = None
        return [] if found else [f"its SDK is missing: run `.venv/bin/pip install '.[{self.name}]'`"]

    def _key_problems(self) -> list[str]:
        variable = f"{self.name.upper()}_API_KEY"
        if not self._api_key:
            return [f"no API key: set {variable}"] if self.needs_key() else []
        is_sane = self._api_key.isascii() and self._api_key.isprintable() and " " not in self._api_key
        return [] if is_sane else [f"the key holds characters that no key has; look at {variable}"]

    def _address_problems(self) -> list[str]:
        """An address may be shown in logs, so it holds no secret."""
        parts, vendor = _split(self.base_url), self.name.upper()
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return [f"the address is not a URL like https://models.example/v1; look at {vendor}_ENHANCER_BASE_URL"]
        if parts.username or parts.password:
            return [f"the address holds a user or a password; the key belongs in {vendor}_API_KEY"]
        return []


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
