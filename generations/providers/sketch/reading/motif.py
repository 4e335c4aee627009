"""What a prompt asks to see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Motif:
    """An empty string where the prompt does not say; ``count`` is of the subject, ``backdrop`` the wall's colour."""

    ground: str = ""
    water: str = ""
    hour: str = ""
    weather: str = ""
    season: str = ""
    subject: str = ""
    colour: str = ""
    companion: str = ""
    companion_colour: str = ""
    count: int = 1
    backdrop: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether the prompt names nothing that could be drawn."""
        return not (self.ground or self.water or self.hour or self.weather or self.season or self.subject)
