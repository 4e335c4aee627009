"""What a prompt says to whoever paints, and not of the picture: "Please generate an image of", "!!!"."""

import re

from enhancement.enhancers.rulebook.forms import ENDS_A_SENTENCE, is_sentence
from enhancement.enhancers.rulebook.grammar import DETERMINERS

_POLITE = r"(?:(?:hi|hello|hey)(?: there)?[,!.]? )?(?:please,? )?"
_CAN_YOU = (
    r"(?:(?:can|could|would|will) you |i(?:'d| would) (?:like|love) (?:you )?to |i (?:want|need) (?:you )?to |let's )"
)
_BEGIN = rf"{_POLITE}(?:{_CAN_YOU}(?:please )?)?"
_MAKE = r"(?:(?:generate|create|make|produce|show|give|get|render|imagine|visuali[sz]e|see|have|want|need|like):? )"
_PICTURE = r"(?:(?:an?|one) )?(?:new )?(?:image|picture|pic)"
_OF = r"(?: (?:of|showing|that shows|depicting|featuring|with(?!.* in it\b)|where|in which|:)|:)"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


ENGLISH = _compiled(
    rf"(?:/imagine )?(?:prompt: ?)?{_BEGIN}(?:(?:i|we)(?: |'d | would ))?{_MAKE}?(?:me |us )?{_PICTURE}{_OF} ",
    r"/imagine (?:prompt: ?)?|prompt: ",
    rf"{_POLITE}{_CAN_YOU}(?:please )?(?:see|have) ",
    rf"{_BEGIN}(?:generate|visuali[sz]e) (?:me )?",
)
ENGLISH_BEFORE_A_DETERMINER = _compiled(
    rf"{_BEGIN}(?:show|give|get|make|draw) (?:me|us) ",
    rf"{_POLITE}(?:i|we)(?: want| need| would like|'d like) ",
    rf"{_BEGIN}(?:create|imagine|depict) (?:me )?",
)
"""So short that only "a cat" behind it shows that it is a request: "Create chaos" may be a title."""
ENGLISH_COURTESY = _compiled(rf"please,? (?:{_CAN_YOU})?|{_CAN_YOU}(?:please )?")
ABROAD = _compiled(
    r"(?:bitte )?(?:(?:kannst|könntest) du |ich (?:möchte|will|hätte gern) )?"
    r"(?:(?:erstelle?|erzeuge?|generiere?|mache?|zeige?) )?(?:mir )?(?:bitte )?ein bild (?:von |mit )?",
    r"(?:s'il (?:te|vous) pla[iî]t,? )?(?:(?:cr[ée]e[rz]?|g[ée]n[èé]re[rz]?|fais|faites|montre[rz]?)(?:-moi)? )?"
    r"une image (?:de |d'|du |des |avec |montrant )",
    r"(?:por favor,? )?(?:(?:gen[ée]ra(?:me)?|cr[eé]a(?:me)?|haz(?:me)?|mu[eé]stra(?:me)?|generar|crear) )?"
    r"una imagen (?:de |con |que muestre )",
    r"(?:per favore,? )?(?:(?:genera|crea|fai|mostra)(?:mi)? )?un'immagine (?:di |del |della |con |che mostri )",
    r"(?:por favor,? )?(?:(?:gere|gera|crie|cria|fa[çz]a|mostre)(?:-me)? )?uma imagem (?:de |do |da |com |que mostre )",
    r"(?:пожалуйста,? )?(?:созда|сгенериру|сдела|покаж)(?:й|и)(?:те)?(?: мне)?(?:,? пожалуйста,?)? "
    r"(?:изображение|картинку) (?:с )?",
    r"(?:请|請)?(?:帮我|幫我|给我|給我)?(?:生成|创建|创作|制作|創建|製作)(?:一张|一幅|一个|一張|一個)?",
)
BEHIND = re.compile(
    r",? please[.!?]*$"
    r"|の画像を(?:生成|作成|作っ)(?:して|て)(?:ください|下さい|ほしい|くれ)?[。!！]*$"
    r"|的[图圖][片像][。!！]*$",
    re.IGNORECASE,
)
EXCITEMENT = "!?.…。！？~～ "
"""What may stand behind a phrase that is no sentence."""


def without_request(text: str, *, is_english: bool) -> str:
    """Return what is to be seen; the text itself where it is more than a phrase, or where no request is certain."""
    asked = _behind_a_request(BEHIND.sub("", text), is_english=is_english)
    wanted = asked.rstrip(EXCITEMENT)
    if not wanted or ENDS_A_SENTENCE.search(wanted) or text[0] in "¡¿":
        return text
    return asked if is_english and is_sentence(wanted) else wanted


def _behind_a_request(text: str, *, is_english: bool) -> str:
    patterns = (*ENGLISH, *ENGLISH_BEFORE_A_DETERMINER, *ENGLISH_COURTESY) if is_english else ABROAD
    for pattern in patterns:
        found = pattern.match(text.replace("’", "'"))
        rest = text[found.end() :] if found else ""
        if rest.strip(EXCITEMENT) and (pattern not in ENGLISH_BEFORE_A_DETERMINER or _begins_a_phrase(rest)):
            return rest
    return text


def _begins_a_phrase(text: str) -> bool:
    first = text.split(maxsplit=1)[0].casefold()
    return first in DETERMINERS or first.isdigit()
