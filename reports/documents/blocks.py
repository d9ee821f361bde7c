"""The pieces that documents are built of, as JSON-able dictionaries."""


def heading(level, text):
    """A heading: level 1 in capitals (I- …), level 2 below it (1. …)."""
    return {"type": "heading", "level": level, "text": text}


def paragraph(text, *, key=None):
    """A paragraph; `key` names the place where the office may write its own words."""
    block = {"type": "paragraph", "text": text}
    return {**block, "key": key} if key else block
