"""The seven styles, one file each."""

from collections.abc import Mapping

from enhancement.enhancers.rulebook.style import Style
from enhancement.enhancers.rulebook.styles.comic import COMIC
from enhancement.enhancers.rulebook.styles.general import GENERAL
from enhancement.enhancers.rulebook.styles.illustration import ILLUSTRATION
from enhancement.enhancers.rulebook.styles.minimalist import MINIMALIST
from enhancement.enhancers.rulebook.styles.photorealistic import PHOTOREALISTIC
from enhancement.enhancers.rulebook.styles.product import PRODUCT
from enhancement.enhancers.rulebook.styles.sticker import STICKER
from enhancement.templates import Template

STYLES: Mapping[Template, Style] = {
    Template.GENERAL: GENERAL,
    Template.PHOTOREALISTIC: PHOTOREALISTIC,
    Template.ILLUSTRATION: ILLUSTRATION,
    Template.MINIMALIST: MINIMALIST,
    Template.STICKER: STICKER,
    Template.PRODUCT: PRODUCT,
    Template.COMIC: COMIC,
}
