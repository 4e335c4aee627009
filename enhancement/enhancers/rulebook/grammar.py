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
render, emoji, meme, doodle, panel, page, still, blueprint, screenshot, polaroid, selfie"""
MEDIA_WITHOUT_NUMBER = "art, line art, clip art, photography, footage"
AMOUNTS = "set, pair, group, collection, bunch, piece, slice, stack, pile, row, herd, flock, swarm, field, design, map"

VIEW = whole_words(VIEWS)
"""A noun that already says "picture of": "a portrait"."""
PICTURE = whole_words(VIEWS, MEDIA, MEDIA_WITHOUT_NUMBER)
AMOUNT = whole_words(AMOUNTS)
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

NEGATORS = word_set(
    """no, without, not, never, none, nobody, nothing, neither, nor, sans, minus, except, excluding, exclude, avoid,
    avoiding, lacking, instead, rather, don't, doesn't, isn't, aren't, wasn't, can't, cannot, won't"""
)
"""What follows one of these is not in the picture, or not sure to be."""
MATERIALS = word_set(
    """wood, wooden, glass, stone, marble, granite, clay, ceramic, porcelain, bronze, brass, copper, iron, steel, metal,
    metallic, chrome, plastic, rubber, paper, cardboard, origami, felt, felted, wool, woolen, knitted, knit, crochet,
    crocheted, plush, plushie, stuffed, toy, lego, inflatable, gummy, marzipan, gingerbread, chocolate, candy, sugar,
    wax, straw, wicker, leather, jade, crystal, balloon, wire, clockwork,
    mechanical, robotic, robot, electric, wireless, optical, gaming, bluetooth, usb, animatronic, rocking, miniature,
    model, dollhouse, decorative, inkjet, skeletal, holographic, papier, mache, topiary, carved, sculpted, folded,
    woven, embroidered, quilted, fried, roast, roasted, grilled, baked, smoked, boiled, braised, crispy, deep, raw,
    cooked, dried, canned, barbecued, glazed"""
)
"""Of one of these, or cooked, a thing is not what its noun says: a glass cat has no fur."""
NOT_PARTICIPLES = word_set(
    """wing, string, spring, wedding, clothing, training, crossing, railing, pudding, stuffing, topping, seed, shed,
    sled, reed, weed, breed, jelly, belly"""
)
MADE = whole_words(
    """made of, made from, made out of, made entirely of, built of, built from, carved from, carved out of, carved in,
    carved of, sculpted from, sculpted in, knitted from, folded from, woven from, formed from, formed of,
    composed of, consisting of, constructed from, crafted from, assembled from, shaped like, in the shape of""",
    plural=False,
)
FIGURES = whole_words(
    "statue, statuette, sculpture, figurine, plush, plushie, puppet, doll, carving, toy, origami, amigurumi"
)
"""What a thing can be said to be after a comma: "a cat, porcelain figurine"."""
SHOWING = word_set("of, showing, with, depicting, featuring, for")
CONTAINERS = whole_words("bowl, cup, plate, glass, jar, basket, mug, pot, tray, box, vase, bucket, bag, crate, can")
REQUESTING = IMPERATIVES | REQUESTS | word_set("want, need, like, love, see, have, get, me, us, is, are, to")
