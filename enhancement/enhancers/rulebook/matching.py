"""Finding whole words in a prompt."""

import re

_ALIAS_OR_ADDRESS = re.compile(r"@[\w-]+|\bhttps?://\S+")


def plain(text: str) -> str:
    """Lower case and without hyphens, possessives, @aliases and addresses, so that words can be compared."""
    text = _ALIAS_OR_ADDRESS.sub(" ", text).casefold().replace("’", "'")
    return " ".join(text.replace("'s ", " ").replace("-", " ").split())


def word_set(*lists: str) -> frozenset[str]:
    """The words of lists that separate them by commas, as ``plain`` leaves them in a prompt."""
    return frozenset(plain(word) for words in lists for word in words.split(","))


def whole_words(*lists: str, plural: bool = True) -> re.Pattern[str]:
    """Compile lists of words separated by commas; the group is what was found, without its plural's ending.

    A blank in a listed word may be missing: "close up" is also "closeup".
    """
    words = sorted(word_set(*lists), key=len, reverse=True)
    alternatives = "|".join(re.escape(word).replace(r"\ ", " ?") for word in words)
    return re.compile(rf"\b({alternatives}){'(?:e?s)?' if plural else ''}\b")
