"""Random parts: ids and names of any text the database can hold, in each numbering."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lego_api.parts_lists.parts import ITEM_TYPES, MAX_QUANTITY, NUMBERINGS, PART, Numbering, Part

# The same examples in every run, and no deadline: a machine may be slow.
PROPERTY = settings(deadline=None, derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.too_slow])

# PostgreSQL refuses NUL and lone surrogates. Every text of a part is stripped.
_CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
_DANGEROUS = st.sampled_from(["=1+1", "-3001", "+1", "@SUM(A1)", "'", "''=1", '"', '""', "a,b;c\td", "a\r\nb", "1,200"])


def texts(longest: int) -> st.SearchStrategy[str]:
    """Stripped and not empty."""
    written = st.text(_CHARACTERS, min_size=1, max_size=longest).map(str.strip).filter(bool)
    return st.one_of(written, _DANGEROUS, st.text("0123456789abcpr", min_size=1, max_size=12))


quantities = st.one_of(st.integers(1, 2000), st.integers(1, MAX_QUANTITY))
numbers = st.integers(0, 10**9 - 1).map(str)

_TEXTS = texts(100)
_SYSTEMS: st.SearchStrategy[Numbering | None] = st.sampled_from([None, *NUMBERINGS])


def parts(
    *,
    part_ids: st.SearchStrategy[str] = _TEXTS,
    systems: st.SearchStrategy[Numbering | None] = _SYSTEMS,
    colors: st.SearchStrategy[str] = _TEXTS,
    quantity: st.SearchStrategy[int] = quantities,
) -> st.SearchStrategy[Part]:
    """A part and its colour are of the same numbering."""
    return st.builds(
        _part,
        part_ids,
        quantity,
        st.none() | texts(60),
        systems,
        st.none() | colors,
        st.none() | texts(30),
        st.booleans(),
        st.sampled_from([PART, PART, *sorted(ITEM_TYPES)]),
        st.none() | numbers,
    )


def _part(
    part_id: str,
    quantity: int,
    name: str | None,
    system: Numbering | None,
    color_id: str | None,
    color_name: str | None,
    is_spare: bool,
    item_type: str,
    element_id: str | None,
) -> Part:
    color_system = None if color_id is None else system
    return Part(part_id, quantity, name, system, color_id, color_system, color_name, is_spare, item_type, element_id)
