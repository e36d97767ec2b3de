"""Texts as they are searched: in lower case and without accents, so that `zurich` finds Zürich."""

_LETTERS = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøōőřśšşșťţțùúûüūůűýÿźżž"
_PLAIN = "aaaaaaaaacccddeeeeeeeegiiiiiiillnnnoooooooorsssstttuuuuuuuyyzzz"
_COMBINING = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"

# Capitals too: in the locale C, PostgreSQL's lower() knows only those of ASCII. What has no counterpart just goes.
ACCENTED = _LETTERS + _LETTERS.upper() + _COMBINING
PLAIN = _PLAIN * 2

_TABLE = str.maketrans(ACCENTED[: len(PLAIN)], PLAIN, ACCENTED[len(PLAIN) :])


def folded(sql: str) -> str:
    """The expression for a text's folded form. Only what is immutable, so that it can be stored and indexed."""
    return f"translate(lower({sql}), '{ACCENTED}', '{PLAIN}')"


def fold(text: str) -> str:
    """The same in Python, but for the lower case of letters outside the tables."""
    return text.lower().translate(_TABLE)
