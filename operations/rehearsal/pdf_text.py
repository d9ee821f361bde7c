"""Reading the words of a PDF back by the map of signs that each of its fonts carries."""

import io
import re
from typing import Any

HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def text_of(content):
    """Return all words of the PDF without the spaces between them, which are a matter of layout.

    Independent of what wrote the file: only its streams and its ToUnicode maps are read.
    """
    import pikepdf  # noqa: PLC0415 - slow, and needed here alone

    words: list[Any] = []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            _read(page, page.get("/Resources", {}), words)
    return "".join("".join(words).split())


def _read(source, resources, words):
    import pikepdf  # noqa: PLC0415

    fonts = {
        name: _signs_of(font["/ToUnicode"].read_bytes())
        for name, font in resources.get("/Font", {}).items()
        if "/ToUnicode" in font
    }
    signs = {}
    stream: Any = pikepdf.parse_content_stream(source)
    for operands, operator in stream:
        word = str(operator)
        if word == "Tf":
            signs = fonts.get(str(operands[0]), {})
        elif word in ("Tj", "TJ"):
            parts = operands[0] if word == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    words += [signs.get(raw[i : i + 2], "?") for i in range(0, len(raw), 2)]
        elif word == "Do":
            form = resources.get("/XObject", {}).get(str(operands[0]))
            if form is not None and form.get("/Subtype") == "/Form":
                _read(form, form.get("/Resources", resources), words)


def _signs_of(cmap):
    """Return {two bytes of the stream: what they mean} of a ToUnicode map."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        codes = HEX.findall(block)
        for code, meaning in zip(codes[::2], codes[1::2], strict=False):
            found[bytes.fromhex(code.decode())] = _letters(meaning)
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, start in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + step).to_bytes(2, "big")
                found[code] = chr(int(start, 16) + step)
    return found


def _letters(meaning):
    return bytes.fromhex(meaning.decode()).decode("utf-16-be")
