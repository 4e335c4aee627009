"""What came of the comparison, as the repository keeps it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import PIL

from generations.images.inspection import InvalidImage, Picture, inspect_picture
from tests.corpus.browser import Shown
from tests.corpus.commands import version_of
from tests.corpus.crafted import EXPLAINED
from tests.corpus.files import File

Size = tuple[int, int] | None
Answers = Mapping[str, Shown | None]


def inspected(content: bytes) -> Picture | InvalidImage:
    try:
        return inspect_picture(content)
    except InvalidImage as refused:
        return refused


def size_of(answer: Picture | InvalidImage | Shown | None) -> Size:
    return (answer.width, answer.height) if isinstance(answer, Picture | Shown) else None


def written(size: Size) -> str:
    return f"{size[0]} × {size[1]}" if size else "refused"


def rows(head: Sequence[str], lines: Sequence[Sequence[object]]) -> list[str]:
    return ["| " + " | ".join(map(str, line)) + " |" for line in [head, ["---"] * len(head), *lines]]


class Results:
    def __init__(self, browser: str, missing: list[str]) -> None:
        self.differences: list[str] = []
        self._browser, self._missing = browser, missing
        self._lines = ["# What we say of pictures, and what Chromium shows", "", INTRODUCTION.format(browser=browser)]

    def add_files(self, files: Mapping[str, File], shown: Answers) -> None:
        """Every one is valid: it has to be kept, and in the size in which it is shown."""
        agree: dict[str, Counter[str]] = {}
        for name, file in files.items():
            ours, theirs = size_of(inspected(file.content)), size_of(shown[name])
            extension = name.rpartition(".")[2]
            agree.setdefault(file.encoder, Counter())[extension] += 1
            answer = shown[name]
            if ours != theirs or answer is None or not answer.painted:
                self.differences.append(f"{name}: {written(ours)}, shown {written(theirs)}: {file.command}")
        kinds = ["jpg", "png", "webp", "avif"]
        versions = {"Pillow": PIL.__version__, "Chromium": self._browser}
        lines = [
            [
                f"{encoder} {versions.get(encoder) or version_of(encoder)}".strip(),
                *(count[kind] or "" for kind in kinds),
            ]
            for encoder, count in agree.items()
        ]
        sums = [sum(count[kind] for count in agree.values()) for kind in kinds]
        self._add(f"{sum(sums)} files of {len(agree)} encoders, all kept in the size in which they are shown", "")
        self._lines += rows(["encoder", *kinds], [*lines, ["**together**", *sums]])

    def add_crafted(self, files: Mapping[str, bytes], shown: Answers) -> None:
        lines = []
        for name, content in files.items():
            ours, theirs = size_of(inspected(content)), size_of(shown[name])
            expected, reason = EXPLAINED.get(name, (theirs, ""))
            lines.append([name, written(theirs), "the same" if ours == theirs else f"{written(ours)}. {reason}"])
            if ours != expected:
                self.differences.append(f"{name}: {written(ours)}, shown {written(theirs)}")
        self._add(f"{len(files)} files made byte by byte", CRAFTED)
        self._lines += rows(["file", "Chromium", "we"], lines)

    def add_cuts(self, files: Mapping[str, bytes], shown: Answers) -> None:
        """None may be kept."""
        counts: dict[str, Counter[str]] = {}
        for name, content in files.items():
            answer, ours = shown[name], inspected(content)
            kind = name.rpartition("[")[0].rpartition(".")[2]
            what = (
                "refused"
                if answer is None
                else "nothing"
                if not answer.painted
                else "some"
                if answer.painted < 0.97
                else "all"
            )
            counts.setdefault(kind, Counter())[what] += 1
            counts[kind][str(ours) if isinstance(ours, InvalidImage) else "kept"] += 1
            if isinstance(ours, Picture):
                self.differences.append(f"{name}: kept")
        heads = ["refused", "nothing", "some", "all"]
        refusals = sorted({word for count in counts.values() for word in count} - {*heads, "kept"})
        self._add(f"{len(files)} cuts of these files, none kept", CUTS)
        head = [
            "",
            "cuts",
            "Chromium refuses",
            "shows an empty area",
            "shows a part",
            "shows all its points",
            *refusals,
        ]
        lines = [
            [kind, sum(count[key] for key in heads), *(count[key] or "" for key in [*heads, *refusals])]
            for kind, count in counts.items()
        ]
        self._lines += rows([*head[:6], *(f"we: {refusal}" for refusal in refusals)], lines)

    def add_strangers(self, files: Mapping[str, bytes], shown: Answers) -> None:
        lines = [[name, written(size_of(shown[name])), inspected(content)] for name, content in files.items()]
        self._add("Kinds that are not kept", STRANGERS)
        self._lines += rows(["kind", "Chromium", "we"], lines)

    def _add(self, title: str, words: str) -> None:
        self._lines += ["", f"## {title}", "", *([words, ""] if words else [])]

    def text(self) -> str:
        return "\n".join([*self._lines, ""])

    def summary(self) -> str:
        left_out = [f"Made nothing here: {line}" for line in self._missing]
        return "\n".join([*left_out, *self.differences, f"{len(self.differences)} differences"])


INTRODUCTION = """`make corpus` wrote this, with Chromium {browser}: it makes the files, asks Chromium how large it
shows each (`naturalWidth` × `naturalHeight` of an `<img>`, which is then painted), and compares. Where the two
differ, it fails, unless the difference is one of those that are explained here."""
CRAFTED = """As devices, editors and careless programs write them; `crafted.py` makes them, and every run of the tests
looks at them. 90 × 60 is how the pixels lie in the file."""
CUTS = """A file is cut off if it ends before its own end says so: PNG's IEND, a JPEG's EOI, the length in WebP's
RIFF, the boxes of an AVIF and the pieces that its description names. Chromium shows what it has of one, down to an
empty area, since on a page the rest may still come. Nothing more comes of a provider's answer, so that we refuse each
and ask again, even where only what is noted behind the pixels is gone."""
STRANGERS = """Browsers show more kinds than we keep: the contract's are PNG, JPEG, WebP and AVIF."""
