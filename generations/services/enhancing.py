"""Enhancing a prompt in a web process, where a language model may think for seconds."""

from enhancement import Enhancement, answers_at_once, enhance
from projects.api.connection_pool import slots


def enhance_aside(prompt: str, template: str) -> Enhancement:
    """The same as ``enhance``; while it waits for a server, others work. Not to be called inside a transaction."""
    if answers_at_once():
        return enhance(prompt, template)
    with slots.aside():
        return enhance(prompt, template)
