"""What may be sent, and why a file is not taken."""

from __future__ import annotations

TAKEN = ("png", "jpg", "webp", "pdf", "docx")
# What a file can be that is not taken; the form says of each what to do.
OTHER_KINDS = (
    "empty", "gif", "heic", "tiff", "bmp", "svg", "doc", "rtf", "odf", "xls", "xlsx", "slides",
    "archive", "video", "sound",
)  # fmt: skip
REASONS = (
    *OTHER_KINDS, "kind", "broken", "locked", "restricted", "too_much", "too_many_pages",
    "too_many_dots", "active", "chart", "smartart", "picture", "parts",
)  # fmt: skip


class NotClean(Exception):
    """The file is not taken. `why` is one of REASONS."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
