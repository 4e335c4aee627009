"""The media that a prompt can name in German, French, Spanish, Italian, Portuguese, Russian, Japanese and Chinese.

A list holds beginnings of words, for they are inflected: "акварел" is акварель, акварелью and акварельный.
A hyphen in front takes the end of a compound too: "-zeichnung" is Bleistiftzeichnung. Japanese and Chinese
have no blanks, so their words are found anywhere.
"""

import re

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.matching import whole_words
from enhancement.enhancers.rulebook.media import without_designs

MEDIA = {
    "watercolor": "aquarel, acuarel, acquerell, акварел, 水彩",
    "oil painting": """ölgemälde, ölbild, -ölmalerei, ölfarbe, in öl, huile sur, à l'huile, óleo, olio su, a olio,
    маслом, масляны, масляная, холст, 油絵, 油彩, 油画, 油畫, acryl, acríl, acril, акрил, アクリル, 丙烯""",
    "painting of": """-gemälde, -malerei, gemalt, peint, tableau, pintura, pintad, cuadro, dipint, pittur, quadro,
    живопис, картин, гуаш, gouache, guache, tempera, фреск, fresko, fresque, fresco, affresco, 絵画, 墨絵, 水墨, 绘画,
    繪畫, 国画, 國畫, 工笔, 壁画, 岩絵具, ガッシュ, mural, wandbild""",
    "pencil drawing": """-bleistift, -buntstift, crayon, lápi, lapis, matit, карандаш, -kohlezeichnung, fusain,
    carboncill, carboncin, carvão, углем, уголь, -pastellkreide, pastellzeichn, au pastel, al pastel, a pastello,
    пастел, 鉛筆, 铅笔, 鉛筆, パステル, 蜡笔, 木炭, クレヨン, wachsmal""",
    "drawing of": """-zeichnung, -gezeichnet, dessin, dibuj, disegn, desenh, рисунок, рисунк, рисован, нарисован,
    -tusche, tinta, encre, inchiostr, nanquim, тушью, 線画, 手描き, 素描, 手绘, 手繪, 绘图, 墨で, ペン画, 线稿, 简笔画,
    -strichzeichnung""",
    "sketch": "skizz, esquiss, croquis, bocet, bosquej, schizz, esboç, эскиз, наброс, скетч, スケッチ, 草图, 速写",
    "illustration": "-illustr, ilustr, иллюстрац, イラスト, 挿絵, 插画, 插畫, 插图, 絵本, 绘本, bilderbuch",
    "photo": """-foto, photo, фото, снимок, снимк, снят, -aufnahme, schnappschuss, instantané, 写真,
    撮影, 照片, 摄影, 攝影, polaroid, полароид""",
    "cartoon": """cartoon, -zeichentrick, karikatur, caricatur, карикатур, dessin animé, dibujos animados,
    cartone animato, cartoni animati, desenho animado, мульт, カートゥーン, 卡通, トゥーン""",
    "comic": """-comic, cómic, bande dessinée, bd, historieta, tebeo, fumett, quadrinhos, banda desenhada, комикс,
    漫画, マンガ, コミック, 漫畫""",
    "manga": "manga, mangá, манга, 漫画, マンガ",
    "anime": "anime, animé, аниме, アニメ, 动漫, 動漫, 动画",
    "sticker": """-sticker, -aufkleber, autocollant, pegatin, calcoman, adesiv, autocolant, стикер, наклейк,
    ステッカー, シール, 贴纸, 貼紙""",
    "vector": "-vektor, vecteur, vectori, vettorial, vetor, вектор, ベクター, ベクトル, 矢量",
    "3d": "3d, 3-d, 3д, render, рендер, レンダリング, 渲染, cgi",
    "pixel art": "-pixel, píxel, пиксел, ピクセル, ドット絵, 像素",
    "minimalist": "minimal, минимал, ミニマル, ミニマリ, 极简, 極簡, 简约, 簡約",
    "engraving": """-holzschnitt, -kupferstich, -radierung, gravur, gravad, grabad, incision, xilo, -linolschnitt,
    lithogra, litogra, литогра, linogra, гравюр, ксилогр, 版画, 木版, 浮世絵, 木刻""",
    "stained glass": """-mosaik, mosaïque, mosaic, мозаик, モザイク, 马赛克, glasfenster, glasmalerei, vitrail,
    vidriera, vetrata, vitral, витраж, ステンドグラス, 彩色玻璃""",
    "cross stitch": """-stickerei, gestickt, broderie, brodé, bordad, ricam, вышив, 刺繍, 刺绣, -häkel, crochet,
    ganchillo, uncinetto, вязан, 編みぐるみ, あみぐるみ, gestrickt, tricoté""",
    "papercraft": "origami, оригами, 折り紙, 折纸, 摺紙, -scherenschnitt, 剪纸, 剪紙, 切り絵, papier découpé",
    "claymation": "-knete, knetmasse, knetfigur, pâte à modeler, plastilin, пластилин, 粘土, 黏土",
    "abstract": """abstra, astratt, абстракт, 抽象, -kubis, cubis, кубиз, -impressionis, импрессион, 印象派, 印象主义,
    -surreal, surréal, сюрреал, シュール, 超现实, -expressionis, экспрессион, -jugendstil, art nouveau, art déco,
    art deco, модерн, pop art, pop-art, поп-арт, bauhaus, баухаус""",
    "style of": """im stil, -malstil, -comicstil, -zeichenstil, stile, style, estilo, в стил, по мотивам, 風の, 風に,
    风格, 風格, スタイル, タッチ, 画风""",
}
"""A medium as ``media`` lists it, and its words elsewhere."""

NEGATORS = """ohne, nicht, nichts, kein, keine, keinen, weder, sans, pas, aucun, aucune, ni, sin, no, ningún, ninguna,
nada, senza, non, nessun, nessuna, sem, não, nenhum, nenhuma, без, не, нет, ни"""
DETAIL = """なし, ない, 無し, ぬき, 没有, 沒有, 无, 無, 不, einfach, schlicht, simpel, simple, simpli, épuré, sencill,
semplic, essenzial, прост, лаконич, シンプル, 簡単, 简单, 簡單, 简洁, 簡潔, unscharf, verschwommen, flou, borros,
desenfoc, sfocat, desfoc, размыт, ぼやけ, ぼかし, 模糊, flach, piatt, плоск, フラット, 扁平, -detail, détail, detall,
dettagl, detalh, детал, 細部, ディテール, 细节, 詳細, silhouett, siluet, silhuet, силуэт, シルエット, 剪影"""
"""Negations, and words for much or little detail: what else is said there might contradict them."""

LETTERED = re.compile(r"[^\u2e80-\uffff]*")


def _pattern(words: str) -> re.Pattern[str]:
    listed = [word.strip() for word in words.replace("\n", " ").split(",")]
    anywhere = [word.removeprefix("-") for word in listed if word.startswith("-") or not LETTERED.fullmatch(word)]
    beginnings = [word for word in listed if word not in anywhere and not word.startswith("-")]
    of_words = rf"\b(?:{'|'.join(map(re.escape, beginnings))})" if beginnings else ""
    return re.compile("|".join(filter(None, [of_words, *map(re.escape, anywhere)])))


MEDIUM = {medium: _pattern(words) for medium, words in MEDIA.items()}
LITTLE = re.compile(rf"{whole_words(NEGATORS, plural=False).pattern}|{_pattern(DETAIL).pattern}")
OPEN = frozenset({Aspect.MEDIUM, Aspect.TECHNIQUE, Aspect.TEXTURE, Aspect.DETAIL, Aspect.FINISH})
"""What can be added to a prompt that the rules cannot read."""


def named_media(text: str) -> frozenset[str]:
    """The media that the prompt names, as ``media`` lists them."""
    folded = without_designs(text.casefold().replace("’", "'"))
    return frozenset(medium for medium, pattern in MEDIUM.items() if pattern.search(folded))


def closed_aspects(text: str) -> frozenset[Aspect]:
    """All that the rules had better not speak of."""
    is_little = LITTLE.search(text.casefold())
    return frozenset(Aspect) - (OPEN - {Aspect.TECHNIQUE, Aspect.TEXTURE, Aspect.DETAIL} if is_little else OPEN)
