"""What one picture is going to be, decided before the first stroke."""

from dataclasses import dataclass

from .canvas import Canvas
from .figures import Traits, traits_of
from .palette import PAINTS, SOILS, Colour, Palette, mix, palette_for
from .reading import Motif
from .sky import Lamp, place_lamp

INDOORS = frozenset({"table", "plinth", "bust", "mark"})
ON_WATER = frozenset({"shore", "water"})
"""Where subjects are at home, as their drawings say."""
SEASONED = {"winter": "snow", "autumn": "forest", "spring": "meadow"}
USUAL_HOURS = {
    "city": ("twilight", "sunset"),
    "meadow": ("day", "dawn"),
    "snow": ("dawn", "day", "twilight"),
    "studio": ("day", "dawn"),
    "plinth": ("day", "dawn"),
}
NOWHERE = Traits(size=0, place="")
ANY_HOUR = ("sunset", "dawn", "day", "twilight")
HORIZONS = {"city": 0.7, "forest": 0.5, "mountain": 0.66, "desert": 0.55, "meadow": 0.5, "hills": 0.56, "snow": 0.58}


@dataclass(frozen=True, slots=True)
class Stage:
    """What the parts of a picture need to know of each other; no ground means open water."""

    motif: Motif
    ground: str
    hour: str
    palette: Palette
    horizon: int
    lamp: Lamp

    @property
    def is_wet(self) -> bool:
        """Whether the foreground is water."""
        return bool(self.motif.water) or not self.ground

    @property
    def is_on_plinth(self) -> bool:
        """Whether the subject is shown off, by its own nature or because the prompt says so; two have no room there."""
        is_asked_for = self.ground == "plinth" and not self.motif.companion
        return self.motif.count == 1 and (is_asked_for or traits_of_any(self.motif.subject).place == "plinth")

    @property
    def is_snowy(self) -> bool:
        """Whether snow lies on the land."""
        return self.motif.season == "winter" or self.ground == "snow"

    @property
    def soil(self) -> Colour:
        """The colour of the land in front."""
        if self.motif.season == "autumn":
            return mix(PAINTS["orange"], SOILS["desert"], 0.5)
        return SOILS["snow"] if self.is_snowy else SOILS.get(self.ground, SOILS["sand"])


def plan(canvas: Canvas, motif: Motif) -> Stage:
    """Keep what the motif says and let the canvas's luck decide the rest."""
    ground = _ground(canvas, motif)
    hour = _hour(canvas, motif, ground)
    tint = "" if motif.subject or ground == "meadow" else motif.colour
    palette = palette_for(hour, tint, canvas.random)
    horizon = int(canvas.height * HORIZONS.get(ground, 0.56))
    return Stage(motif, ground, hour, palette, horizon, place_lamp(canvas, horizon, hour))


def traits_of_any(subject: str) -> Traits:
    """Those of a subject, or of none."""
    return traits_of(subject) if subject else NOWHERE


def _ground(canvas: Canvas, motif: Motif) -> str:
    """The land that the prompt names, else where such a subject is at home, else any."""
    if motif.ground:
        return motif.ground
    traits = traits_of_any(motif.subject)
    if motif.water or traits.place in ON_WATER:
        return ""
    if (traits.place in INDOORS or motif.backdrop) and not motif.season:
        return "studio"
    usual = SEASONED.get(motif.season) or traits.ground
    return usual or ("hills", "mountain", "")[int(canvas.random.integers(2 if motif.subject else 3))]


def _hour(canvas: Canvas, motif: Motif, ground: str) -> str:
    if motif.weather == "rain" and motif.hour not in ("night", "twilight"):
        return "storm"
    if motif.weather == "aurora":
        return "night"
    choices = USUAL_HOURS.get(ground, ANY_HOUR)
    return motif.hour or choices[int(canvas.random.integers(len(choices)))]
