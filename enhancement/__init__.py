"""A short prompt in, a better prompt out."""

from enhancement.enhancers.base import EnhancementError
from enhancement.services import Enhancement, enhance, untouched
from enhancement.templates import Template

__all__ = ["Enhancement", "EnhancementError", "Template", "enhance", "untouched"]
