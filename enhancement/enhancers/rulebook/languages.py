"""Whether the rules can read a prompt: they know some English, and say little where it is none."""

import re

from enhancement.enhancers.rulebook import aspect_words, grammar, nouns, places
from enhancement.enhancers.rulebook.matching import word_set

ENGLISH = word_set(
    """the, a, an, of, with, and, in, on, at, for, to, from, is, are, by, over, under, his, her, its, my, your,
    without"""
)
FOREIGN = word_set(
    """ein, eine, einen, einem, einer, eines, der, das, dem, und, mit, auf, im, ist, für, von, zu, über, unter, nicht,
    ich, am, vom, zum, zur, beim, ohne, kein, keine, aus, als, durch, zwischen, neben, hinter, sehr, bitte, un, une,
    le, les, des, du, et, avec, dans, sur, est, au, aux, sous, je, qui, sans, pas, chez, vers, el, los, las, la, una,
    unos, con, para, en, del, es, sobre, bajo, sin, por, junto, il, gli, nel, nella, sul, sulla, di, che, è, della,
    dello, delle, degli, alla, dal, senza, os, um, uma, em, da, dos, sob, ao, com, sem, na, nas, nos, num, numa, pelo,
    pela, não, een, het, de, voor, niet, och, på"""
)
ELISION = re.compile(r"\b(?:[dl]|qu|dell|nell|sull|all|un)['’](?=\w)")
ACCENTED = re.compile(r"[à-öø-ÿß]")
LOANWORDS = word_set("café, cafe, piñata, jalapeño, crème, brûlée, fiancé, façade, déjà, naïve, entrée, purée, bokeh")
LATIN = "\u024f"
LETTERS = re.compile(r"[^\W\d_]+")

_LISTS = (
    *nouns.COUNTED,
    *nouns.UNCOUNTED,
    *(nouns.COSMOS, nouns.IDEA, grammar.VIEWS, grammar.MEDIA, grammar.AMOUNTS),
    *(places.INDOORS, places.OUTDOORS, places.NAMED_CITIES, places.NAMED_LANDSCAPES),
    *(aspect_words.LIGHT, aspect_words.FRAMING, aspect_words.PALETTE, aspect_words.MOOD, aspect_words.EXPRESSION),
)
_KNOWN = frozenset(word for phrase in word_set(*_LISTS) for word in phrase.split()) | grammar.IMPERATIVES


def is_english(text: str) -> bool:
    """Guess: Latin letters, a word that is known, and not more words of other languages than little English ones."""
    letters = [character for character in text if character.isalpha()]
    if sum(character > LATIN for character in letters) * 3 > len(letters):
        return False
    words = [word.casefold() for word in LETTERS.findall(text)]
    lower = _words_not_shouted(text)
    foreign = sum(word in FOREIGN or _is_accented(word) for word in lower) + len(ELISION.findall(text.casefold()))
    english = sum(word in ENGLISH for word in lower)
    return foreign <= english if foreign else bool(english or any(map(_is_known, words)))


def has_little_words(text: str) -> bool:
    """Whether an article or a preposition proves that it is English: "logo" alone is said in every language."""
    return not ENGLISH.isdisjoint(_words_not_shouted(text))


def _words_not_shouted(text: str) -> list[str]:
    """Without what is all in capitals, for a brand or an acronym has no language."""
    return [word.casefold() for word in LETTERS.findall(text) if not word.isupper()]


def _is_accented(word: str) -> bool:
    return bool(ACCENTED.search(word)) and word not in LOANWORDS


def _is_known(word: str) -> bool:
    return not _KNOWN.isdisjoint((word, word.removesuffix("s"), word.removesuffix("es")))
