"""A file handed out whole, or from where the last attempt broke off (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping


ASKED = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def answer(
    content: bytes, digest: str, asked: Mapping[str, str], content_type: str
) -> HttpResponse:
    """Return the file, or the one part of it that `asked`, the headers of the request, names.

    `digest` is the SHA-256 of the file: who goes on with another file than was begun, by If-Range,
    gets all of it. Several parts at once, or what cannot be read, is answered with the whole as
    well; a part that lies behind the end with 416.
    """
    tag, size = f'"{digest}"', len(content)
    part = None
    if asked.get("If-Range", tag) == tag:
        part = _part(asked.get("Range", ""), size)
    if part is None:
        response = HttpResponse(content, content_type=content_type)
    elif part[0] >= part[1]:
        response = HttpResponse(status=416, content_type=content_type)
        response.headers["Content-Range"] = f"bytes */{size}"
    else:
        first, end = part
        response = HttpResponse(content[first:end], content_type=content_type, status=206)
        response.headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    return response


def _part(said: str, size: int) -> tuple[int, int] | None:
    """Return (first, end) of the part that `said` names; None for the whole.

    Nothing lies between the two where the file has no such part.
    """
    found = ASKED.fullmatch(said.strip())
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:  # so many bytes from the end
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size
