"""Models that place parts and other models: how many of each part there are in all.

Nothing is expanded. Each model is visited once, after all that place it, with how often it is placed in which colour;
so a model of a thousand levels that each place the next one twice costs a thousand steps, and is refused when the
number of its pieces is no quantity any more.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lego_api.parts_lists.formats.ldraw_names import is_geometry, is_model_file, is_part_file, part_id_of
from lego_api.parts_lists.formats.refusals import (
    INVALID_FILE_TYPE,
    PARSING_ERROR,
    TOO_MANY_ROWS,
    BadLine,
    Reasons,
    refused,
    shown,
)
from lego_api.parts_lists.parts import MAX_QUANTITY, Numbering, Part

MAX_SIZE = 200_000
MAX_STEPS = 1_000_000

INHERITED = "16"

# How often something is placed in which colour; None is the colour that nobody chose.
Colors = dict[str | None, int]


@dataclass(slots=True)
class Reference:
    line: int  # where it stands first
    count: int = 0


@dataclass(slots=True)
class Section:
    """One file of several in one. What places the same file in the same colour is one reference."""

    name: str
    is_part: bool = False  # drawn, not built: it counts as one piece
    references: dict[tuple[str, str | None], Reference] = field(default_factory=dict)


class Model:
    def __init__(self) -> None:
        self.unnamed = Section("")  # lines before the first name
        self.sections: dict[str, Section] = {}
        self._size = 0  # files and references

    @property
    def main(self) -> Section:
        """The first, or the one that Studio calls like the whole file."""
        if self.unnamed.references or not self.sections:
            return self.unnamed
        named = (section for name, section in self.sections.items() if name.endswith(".io"))
        return next(named, next(iter(self.sections.values())))

    def begin(self, name: str) -> Section:
        """Raises `BadLine` when there are two models of this name. Of two parts it does not matter."""
        self._grow()
        section = Section(name, is_part_file(name))
        if self.sections.setdefault(name, section) is not section and not section.is_part:
            raise BadLine(f"The submodel {shown(name)} is defined twice")
        return section

    def place(self, section: Section, name: str, color: str | None, line: int) -> None:
        reference = section.references.get((name, color))
        if reference is None:
            self._grow()
            reference = section.references[name, color] = Reference(line)
        reference.count += 1

    def _grow(self) -> None:
        self._size += 1
        if self._size > MAX_SIZE:
            raise refused(TOO_MANY_ROWS, f"The model is too large: at most {MAX_SIZE:,} different lines can be read")


def count_parts(model: Model, max_rows: int, reasons: Reasons) -> Iterator[Part]:
    """Raises `PartsListError` for models that contain themselves, and for more than can be counted."""
    if model.main.is_part:
        raise refused(INVALID_FILE_TYPE, "The file draws one part: a model of parts was expected")
    placed: defaultdict[str, Colors] = defaultdict(lambda: defaultdict(int))
    counted: defaultdict[tuple[str, str | None], int] = defaultdict(int)
    placed[model.main.name][None] = 1
    steps = 0
    for section in _outer_first(model):
        colors = placed.pop(section.name)
        total = sum(colors.values())
        for (name, color), reference in section.references.items():
            submodel = _submodel(model, name)
            if submodel is None and _is_no_part(model, name, reference.line, reasons):
                continue
            for actual, times in colors.items() if color == INHERITED else ((color, total),):
                steps += 1
                pieces = times * reference.count
                if submodel is not None:
                    placed[name][actual] += pieces
                    pieces = placed[name][actual]
                else:
                    counted[name, actual] += pieces
                    pieces = counted[name, actual]
                _check_size(pieces, len(counted), steps, max_rows, reference.line)
    for (name, color), quantity in counted.items():
        system: Numbering | None = None if color is None else "ldraw"
        yield Part(part_id_of(name), quantity, None, "ldraw", color, system)


def _submodel(model: Model, name: str) -> Section | None:
    section = model.sections.get(name)
    return None if section is None or section.is_part else section


def _is_no_part(model: Model, name: str, line: int, reasons: Reasons) -> bool:
    """Geometry is not. A model that is not in the file would be one piece instead of all of its own."""
    if name in model.sections:
        return False
    if is_model_file(name):
        reasons.add(f"The submodel {shown(name)} is not in the file: save the model as MPD", line)
        return True
    return is_geometry(name)


def _outer_first(model: Model) -> list[Section]:
    """The main model and all that it places, each before what it places itself."""
    finished: dict[str, Section] = {}
    open_names: set[str] = set()
    waiting = [(model.main, iter(model.main.references.items()))]
    open_names.add(model.main.name)
    while waiting:
        section, references = waiting[-1]
        for (name, _), reference in references:
            submodel = _submodel(model, name)
            if submodel is None or name in finished:
                continue
            if name in open_names:
                raise refused(PARSING_ERROR, f"The submodel {shown(name)} contains itself", reference.line)
            open_names.add(name)
            waiting.append((submodel, iter(submodel.references.items())))
            break
        else:
            finished[section.name] = section
            open_names.discard(section.name)
            waiting.pop()
    return list(reversed(finished.values()))


def _check_size(pieces: int, different: int, steps: int, max_rows: int, line: int) -> None:
    if pieces > MAX_QUANTITY:
        raise refused(PARSING_ERROR, f"The model places something more than {MAX_QUANTITY:,} times", line)
    if different > max_rows:
        message = f"The model has too many different parts: at most {max_rows:,} can be read"
        raise refused(TOO_MANY_ROWS, message, line)
    if steps > MAX_STEPS:
        raise refused(PARSING_ERROR, "The model is too intricate: too many submodels in too many colours", line)
