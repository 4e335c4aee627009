"""The little English that the rules know: enough to tell "red car" from "draw a car" and "the car is red"."""

import re

from enhancement.enhancers.rulebook import nouns
from enhancement.enhancers.rulebook.matching import whole_words, word_set

DETERMINERS = word_set(
    """a, an, the, my, our, your, his, her, its, their, this, that, these, those, some, several, many, few, various,
    both, each, every, another, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, twenty,
    hundred, hundreds, thousands, dozens, lots, no"""
)
STOPS = word_set(
    """of, in, on, at, by, with, without, for, from, to, into, onto, over, under, above, below, behind, beside,
    between, among, near, against, across, through, around, along, inside, outside, during, before, after, like, as,
    and, or, but, that, which, who, whose, where, when, while, made, covered, surrounded, dressed, lit, filled,
    carved, wrapped, set, named, called, next, per, via, saying, reading"""
)
"""Words that end the head of a noun phrase: "an old **dog** with a hat"."""

VIEWS = """portrait, picture, image, scene, view, shot, close up, closeup, headshot, panorama, silhouette, depiction,
macro, pattern, background, wallpaper, collage"""
MEDIA = """photo, photograph, painting, illustration, drawing, sketch, cartoon, comic, sticker, decal, watercolor,
render, emoji, meme, doodle, blueprint, screenshot, polaroid, selfie"""
MEDIA_WITHOUT_NUMBER = "art, line art, clip art, photography, footage"
AMOUNTS = "set, pair, group, collection, bunch, piece, slice, stack, pile, row, herd, flock, swarm, field, design, map"

VIEW = whole_words(VIEWS)
"""A noun that already says "picture of": "a portrait"."""
PICTURE = whole_words(VIEWS, MEDIA, MEDIA_WITHOUT_NUMBER)
COUNTED = whole_words(*nouns.COUNTED, VIEWS, MEDIA, AMOUNTS, plural=False)
UNCOUNTED = whole_words(*nouns.UNCOUNTED, MEDIA_WITHOUT_NUMBER)
COUNTED_OR_PLURAL = whole_words(*nouns.COUNTED, VIEWS, MEDIA, AMOUNTS)

IMPERATIVES = word_set(
    """draw, create, make, generate, design, show, paint, render, illustrate, sketch, imagine, give, put, add,
    produce, build, compose, depict, visualize, visualise, combine, turn, place, replace, change, take, use, let,
    craft, convert, transform, try, write, photograph, picture, capture, help, redraw, recreate, reimagine, remove,
    keep"""
)
REQUESTS = word_set(
    """i, i'd, i'm, i've, we, we'd, we're, can, could, would, will, please, what, how, why, let's, you, it, it's, he,
    she, they, there, there's, here, here's"""
)
VERBS = whole_words(
    """is, are, was, were, isn't, aren't, has, have, had, will, must, should, sits, stands, sleeps, runs, walks,
    jumps, leaps, flies, swims, eats, stares, gazes, holds, wears, drives, dances, sings, smiles, laughs, waits,
    reads, writes, cooks, rises, glows, shines, floats, fights, chases, climbs, crosses, hangs, leans, lies, sails,
    meets, greets, looks, rides, comes, goes, gets, becomes, appears, emerges, battles, attacks, hugs, kisses,
    discovers, explores, overlooks""",
    plural=False,
)
VERB = re.compile(rf"(?<!\bthat )(?<!\bwhich )(?<!\bwho )(?<!\bwhere ){VERBS.pattern}")
"""A finite verb makes a sentence, unless it belongs to a relative clause ("a house that is on fire")."""

ENGLISH = word_set(
    "the, a, an, of, with, and, in, on, at, for, to, from, is, are, by, over, under, his, her, its, my, your"
)
FOREIGN = word_set(
    """ein, eine, einen, einem, einer, eines, der, das, dem, und, mit, auf, im, ist, für, von, zu, über, unter, nicht,
    ich, un, une, le, les, des, du, et, avec, dans, sur, est, au, aux, sous, je, qui, el, los, las, la, una, unos,
    con, para, en, del, es, sobre, bajo, il, gli, nel, nella, sul, sulla, di, che, è, della, os, um, uma, em, da, dos,
    sob, ao, een, het, de, voor, niet, och, på"""
)


def is_english(text: str) -> bool:
    """Guess: Latin letters, and not more little words of other languages than English ones."""
    letters = [character for character in text if character.isalpha()]
    if sum(character > "\u024f" for character in letters) * 3 > len(letters):
        return False
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", text) if not word.isupper()]
    foreign = sum(word in FOREIGN for word in words)
    return foreign == 0 or foreign <= sum(word in ENGLISH for word in words)
