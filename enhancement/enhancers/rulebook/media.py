"""The media and schools of art that a prompt can name.

A word that is as often a thing as a medium ("clay", "ink", "pencil", "painting a wall") counts only together
with the word that makes it a medium ("clay animation", "painting of").
"""

import re

from enhancement.enhancers.rulebook.matching import whole_words

PAINTED = """watercolor, watercolour, aquarelle, gouache, oil painting, oil on canvas, oil paint, acrylic painting,

digital painting, digital art, matte painting, painting of, painting by, painted in, painterly, fresco,

chalk drawing, pastel drawing, charcoal, pencil drawing, pencil sketch, colored pencil, crayon drawing,

child's drawing, ink drawing, ink wash, ink painting, sumi e, pen and ink, sketch, sketched, doodle, drawing of,

drawing by, hand drawn, line art, lineart, line drawing, engraving, etching, woodcut, linocut, lithograph,

screen print, screenprint, risograph, concept art, mosaic of, tapestry of, mural of, mural by, coloring page,

colouring page, coloring book, colouring book, tattoo design"""

CRAFTED = """stained glass, cross stitch, paper cut, papercut, papercraft, paper cutout, claymation, clay animation,

stop motion, voxel, low poly, 3d, cgi, render of, rendered in, unreal engine, octane render, blender render"""

DRAWN = """anime, manga, chibi, kawaii, cartoon, comic, comic book, comic strip, comic panel, graphic novel, webtoon,

pop art, pixel art, 8 bit, 16 bit, vector, vector art, flat design, clipart, clip art, emoji, sticker, decal,

illustration, illustrated, storybook, pixar, ghibli, dreamworks, blueprint, infographic, wireframe, street art"""

PHOTOGRAPHED = """photo, photograph, photography, photographic, photorealistic, hyperrealistic, hyperrealism,

product photo, product photograph, product photography, product shot, packshot, polaroid, daguerreotype, film still,

movie still, selfie, screenshot, x ray, ultrasound, thermal image"""

SCHOOLS = """art nouveau, art deco, bauhaus, impressionist, impressionism, expressionist, expressionism, cubist,

cubism, surrealist, surrealism, baroque painting, renaissance painting, ukiyo e, pointillism, pointillist,

minimalist, minimalism, minimalistic, minimal, abstract, vaporwave, synthwave, van gogh, picasso, monet, hokusai,

rembrandt, vermeer, klimt, salvador dali, banksy, warhol, edvard munch, style of, styled as"""

NAMED = whole_words(PAINTED, CRAFTED, DRAWN, PHOTOGRAPHED, SCHOOLS)
A_STYLE = re.compile(
    r"\bin (?:\w+ ){1,4}styles?\b|^(?:please )?(?:paint|sketch)\b"
    r"|\bin (?:oils?|pencils?|ink|crayons?|chalk|clay|pastels?|acrylics?)\b"
    r"|, ?(?:\w+ ){0,2}"
    r"(?:painting|drawing|mural|mosaic|tapestry|embroidery|collage|pencil|ink|oils?|crayon|chalk|acrylics?|pastels)(?=[,.]|$)"
)
"""A style by whatever name, the order to paint, or a medium that is only one after "in" or a comma."""


A_LIGHT = re.compile(r"\brembrandt (?:light|lit\b)")
"""A photographer's light, named after the painter."""

DESIGNS = """scandinavian|scandi|nordic|japandi|boho|bohemian|industrial|rustic|farmhouse|country|cottage|vintage|retro|
mid century(?: modern)?|midcentury|modern|contemporary|traditional|classic|classical|victorian|georgian|colonial|tuscan|
mediterranean|moroccan|coastal|western|casual|street|urban|editorial|lifestyle|shabby chic|preppy"""
THINGS = """(?:living |dining |bath|bed)?rooms?|kitchens?|offices?|interiors?|apartments?|houses?|homes?|villas?|lobby|
decor|furniture|buildings?|facades?|architecture|workspace|chairs?|tables?|desks?|sofas?|lamps?|vases?|watch|watches|
jewelry|jewellery|rings?|earrings|necklaces?|wallets?|bags?|backpacks?|shoes?|sneakers?|packaging|bottles?"""
A_DESIGN = re.compile(
    rf"\b(?:{DESIGNS})(?: |-)styled?\b"
    rf"|\b(?:minimalist|minimal|art deco|art nouveau|bauhaus)(?= (?:\w+ ){{0,2}}(?:{THINGS})\b)".replace("\n", "")
)
"""How a thing is made that can be photographed as well as drawn: a kitchen in farmhouse style, an art deco lamp."""


def named_media(plain_text: str) -> frozenset[str]:
    """The media that the prompt names, as they are listed here; any "in … style" counts as one more."""
    plain_text = without_designs(A_LIGHT.sub("", plain_text))
    media = {found.group(1) for found in NAMED.finditer(plain_text)}
    if A_STYLE.search(plain_text):
        media.add("style of")
    return frozenset(media)


def without_designs(text: str) -> str:
    """What is left to name a medium where the style of the things in the picture is left out."""
    return A_DESIGN.sub("", text)
