"""A short prompt in, a better prompt out."""

from enhancement.enhancers.base import EnhancementError
from enhancement.services import enhance
from enhancement.templates import Template

__all__ = ["EnhancementError", "Template", "enhance"]
