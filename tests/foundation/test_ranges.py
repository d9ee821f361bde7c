"""A file is handed out whole, or from where the last attempt broke off."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.ranges import answer

WHOLE = bytes(range(256)) * 4
DIGEST = hashlib.sha256(WHOLE).hexdigest()


def ask(said=None, **asked):
    headers = {**({"Range": said} if said is not None else {}), **asked}
    return answer(WHOLE, DIGEST, headers, "application/zip")


@pytest.mark.parametrize(
    ("said", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-511", 0, 512),
        ("bytes=512-", 512, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=-99999", 0, 1024),
        ("bytes=1000-99999", 1000, 1024),
        (" bytes=1023-1023 ", 1023, 1024),
    ],
)
def test_a_part_is_sent_as_it_is_asked_for(said, first, end):
    sent = ask(said)

    assert sent.status_code == 206
    assert sent.content == WHOLE[first:end]
    assert sent.headers["Content-Range"] == f"bytes {first}-{end - 1}/1024"
    assert sent.headers["ETag"] == f'"{DIGEST}"'


@pytest.mark.parametrize(
    "said",
    [
        *(None, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "items=0-5", "bytes=0-5,7-9"),
        *("bytes=١-٢", "bytes=0x1-5", "bytes=--5", "bytes=1.5-", f"bytes={'9' * 30}-"),
    ],
)
def test_what_cannot_be_read_is_answered_with_the_whole(said):
    sent = ask(said)

    assert (sent.status_code, sent.content) == (200, WHOLE)
    assert sent.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("said", ["bytes=1024-", "bytes=999999999-", "bytes=-0"])
def test_a_part_behind_the_end_is_refused(said):
    sent = ask(said)

    assert (sent.status_code, sent.content) == (416, b"")
    assert sent.headers["Content-Range"] == "bytes */1024"


def test_who_began_another_file_gets_all_of_this_one():
    assert ask("bytes=512-", **{"If-Range": f'"{DIGEST}"'}).status_code == 206
    for other in ('"another"', f'W/"{DIGEST}"', "Wed, 21 Oct 2026 07:28:00 GMT"):
        sent = ask("bytes=512-", **{"If-Range": other})
        assert (sent.status_code, sent.content) == (200, WHOLE)


@given(st.lists(st.integers(min_value=1, max_value=1023), max_size=5))
def test_the_parts_make_the_whole(cuts):
    edges = [0, *sorted(set(cuts)), 1024]

    joined = b"".join(
        ask(f"bytes={first}-{end - 1}").content for first, end in itertools.pairwise(edges)
    )

    assert joined == WHOLE
