"""The offline enhancer: rules and word lists, no network."""

from enhancement.enhancers.base import PromptEnhancer
from enhancement.enhancers.rulebook.choosing import choose_additions
from enhancement.enhancers.rulebook.reading import read
from enhancement.enhancers.rulebook.styles import STYLES
from enhancement.enhancers.rulebook.writing import write
from enhancement.templates import Template


class RulesEnhancer(PromptEnhancer):
    """Keeps the caller's words and adds a style's vocabulary where they leave something open.

    The same prompt and template always give the same answer, at most some 500 characters longer.
    """

    name = "rules"
    is_local = True

    def enhance(self, prompt: str, template: Template) -> str:
        """Read the prompt, choose what to add, write both down; a blank prompt stays as it is."""
        text = " ".join(prompt.split())
        if not text:
            return prompt
        reading = read(text)
        return write(reading, choose_additions(reading, STYLES[template]))
