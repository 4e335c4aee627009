"""A short prompt in, a better prompt out."""

from enhancement.enhancers.base import EnhancementError
from enhancement.services import Enhancement, answers_at_once, enhance, untouched
from enhancement.templates import Template

__all__ = ["Enhancement", "EnhancementError", "Template", "answers_at_once", "enhance", "untouched"]
