"""Queries that no person types, and some that people do: both sources answer them all, and nothing is syntax."""

import pytest

from tests.gallery.builders import upload
from tests.mocs.builders import new_moc
from tests.search import asking
from tests.search.asking import ROUTES
from tests.search.conftest import Searching, build
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.raw_http import raw_request
from tests.wishlist.builders import new_item

TITLE = "Royal castle of Zürich, the 2nd <b>edition</b> 城堡 🏰"

ODD = {
    "operators": "+castle -royal && || ! ( ) { } [ ] ^ ~ * ? : / \\",
    "a field": "title:castle",
    "a field that exists": "user_id:*",
    "or": "castle OR falcon",
    "and not": "castle AND NOT royal",
    "a phrase": '"royal castle"',
    "quotation marks": '"""',
    "one quotation mark": '"castle',
    "a quoted star": '"*"',
    "a star": "*",
    "question marks": "???",
    "a wildcard": "cast*",
    "wildcards": "%_%",
    "a regular expression": "/c.*e/",
    "a backslash at the end": "castle\\",
    "fuzzy": "castle~2",
    "boosted": "castle^1000000000",
    "a range": "[* TO *]",
    "an emoji": "🏰",
    "emojis": "🏰👩‍👩‍👧‍👦🇨🇭",
    "other signs": "§±¿ — « » … €",
    "letters of both": "castle🏰royal",
    "no text": "\ufffe\uffff",
    "a replaced character": "cas\ufffdtle",
    "control characters": "cas\u0001\u001b[31mtle\u007f",
    "lines": "castle\r\n\ttower",
    "spaces that are none": "castle\u00a0royal\u2003\u200b\ufeff",
    "from right to left": "\u202ecastle\u202c קֶסֶל طاقلعة",
    "marks on marks": "c" + "\u0301" * 150,
    "marks only": "\u0301\u0302\u0303",
    "one letter": "c",
    "one digit": "2",
    "one other letter": "城",
    "letters": "a b c d e f g h i j",
    "fifty words": " ".join(f"castle{number}" for number in range(50)),
    "fifty of the same": "castle " * 50,
    "only common words": "the of and a in",
    "a long word": "x" * 150,
    "a longer word": "castle" * 40,
    "as long as is looked at": "c" * 100,
    "more than is looked at": "royal castle " * 400,
    "long words": " ".join(letter * 100 for letter in "abc"),
    "HTML": "<script>alert('castle')</script>",
    "an entity": "&lt;castle&gt;",
    "SQL": "'; DROP TABLE gallery_images; --",
    "JSON": '{"match_all": {}}',
    "a template": "{{castle}} ${castle} %{castle}",
    "digits of others": "٢ ² ½ Ⅷ ⑧ 二",
    "letters that grow": "ŉ ǰ İ ß ﬀ ΐ",
    "a number": "9" * 200,
    "numbers": "1.5e308 -0 NaN Infinity 0x10",
    "a date": "2024-01-01T00:00:00Z",
    "underscores": "___ _a_ a_b",
    "a path": "../../_search",
}


@pytest.fixture(scope="module")
def owner(indexed: Api) -> User:
    user = indexed.user()
    new_moc(user, title=TITLE, tags=["stone"])
    upload(user, title=TITLE, tags=["stone"])
    new_item(user, TITLE)
    return user


@pytest.mark.parametrize("query", ODD.values(), ids=ODD)
def test_it_is_answered(owner: User, searching: Searching, query: str) -> None:
    user = searching.api.user(owner.id)
    for route in ROUTES:
        found = route.ask(user, query)  # which is a 200
        assert found.titles in ([], [TITLE]), route.path
        assert found.total == len(found.rows)


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("title:castle", False),  # there is no word "title" in it
        ("user_id:*", False),
        ("castle OR falcon", False),
        ("castle -royal", True),
        ('"castle royal"', True),
        ("castle AND royal", True),
        ("cast*", True),
        ("cast*ft", False),
        ("/cast.*ft/", False),
        ("castle^9", False),
        ("castle\u00a0royal", True),
        ("(castle) [royal]", True),
        ("<b>edition</b>", True),
        ("the 2nd edition", True),
        ("城", True),
        ("ZURICH", True),
        ("royal 🏰", True),
    ],
)
def test_signs_are_no_syntax(owner: User, searching: Searching, query: str, is_found: bool) -> None:
    user = searching.api.user(owner.id)
    for route in ROUTES:
        found = route.ask(user, query)
        assert found.titles == ([TITLE] if is_found else []), route.path
        asking.assert_source(found, searching.source)


def test_what_is_no_utf_8_is_answered_and_nul_is_refused(owner: User, searching: Searching) -> None:
    token = searching.api.user(owner.id).headers["Authorization"]
    for route in ROUTES:
        for odd in ("%ed%a0%80", "castle%ff%fe", "%c0%af", "%f4%90%80%80", "%", "%zz", "%u0041"):
            answer = raw_request(searching.api, "GET", f"{route.path}?{route.text}={odd}", Authorization=token)
            assert answer.status_code in (200, 400), (route.path, odd)
        answer = raw_request(searching.api, "GET", f"{route.path}?{route.text}=a%00b", Authorization=token)
        assert answer.status_code == 400, route.path
        assert answer.json()["message"]


LIKES = """
    INSERT INTO gallery_images (user_id, title, description, tags, author, category, image_url)
    SELECT $1, words, words, to_jsonb(string_to_array(words, ' ')), words, words, 'gallery/none/' || a || b || '.webp'
    FROM generate_series(97, 122) AS a, generate_series(97, 122) AS b,
        LATERAL (SELECT string_agg(word || chr(a) || chr(b), ' ') AS words FROM unnest($2::text[]) AS word) AS all_words
"""
STEMS = ["brickst", "windowf", "minifig", "towerin", "drawbri", "knighth", "stairca", "gatehou"]


@pytest.fixture(scope="module")
def likes(indexed: Api, module_database: Database) -> User:
    """Has many images with many words that differ in a letter or two, wherever words are."""
    user = indexed.user()
    module_database.fetch(LIKES, user.id, STEMS)
    build(indexed.settings)
    return user


def test_words_that_resemble_a_great_many(likes: User, searching: Searching) -> None:
    """A word stands for all that it may be an error of: that must not be more than OpenSearch takes."""
    user = searching.api.user(likes.id)
    found = asking.IMAGES.ask(user, " ".join(f"{stem}mm" for stem in STEMS))
    assert found.source == searching.source
    assert found.titles[0] == " ".join(f"{stem}mm" for stem in STEMS)
