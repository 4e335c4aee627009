"""What a page says of the connection by which it came."""

from typing import Any

from django import template

from config.web import csrf

register = template.Library()


@register.simple_tag(takes_context=True)
def transport_problem(context: dict[str, Any]) -> str | None:
    """Why nobody can log in by this connection, for the page with the password's field."""
    return csrf.transport_problem(context["request"])
