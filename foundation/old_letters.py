"""Text typed in an alphabet from before Unicode, TCVN3 (ABC) or VNI, recognised and converted.

Their fonts showed "§¶ng ñy" or "Ñaûng uûy" as "Đảng ủy"; pasted from such a file the signs come
without the font. Nothing is converted unless its writer says so: see `textfields`.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3 = (
    "¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ ¨ă ©â ªê «ô ¬ơ \xadư ®đ µà ¶ả ·ã ¸á ¹ạ »ằ ¼ẳ ½ẵ ¾ắ Æặ Çầ Èẩ Éẫ Êấ Ëậ "
    "Ìè Îẻ Ïẽ Ðé Ñẹ Òề Óể Ôễ Õế Öệ ×ì Øỉ Üĩ Ýí Þị ßò áỏ âõ ãó äọ åồ æổ çỗ èố éộ êờ ëở ìỡ íớ îợ ïù "
    "ñủ òũ óú ôụ õừ öử ÷ữ øứ ùự úỳ ûỷ üỹ ýý þỵ"
)
TCVN3 = str.maketrans({pair[0]: pair[1] for pair in _TCVN3.split(" ")})
VNI_ALONE = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}
# A sign that follows its letter; the first row are tones, the others a tone with a hat.
VNI_MARKS = {
    **dict(zip("ùøûõï", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True)),
    **dict(zip("âáàåãä", ("\u0302", "\u0302\u0301", "\u0302\u0300", "\u0302\u0309", "\u0302\u0303",
                          "\u0302\u0323"), strict=True)),
    **dict(zip("êéèúüë", ("\u0306", "\u0306\u0301", "\u0306\u0300", "\u0306\u0309", "\u0306\u0303",
                          "\u0306\u0323"), strict=True)),
}  # fmt: skip
VNI_PAIR = re.compile("([aeo])([âáàåãä])|(a)([êéèúüë])|([aeouyôö])([ùøûõï])", re.IGNORECASE)
WORD = re.compile("[A-Za-z\u00a1-\u00ff\u0102-\u01b0\u1ea0-\u1ef9\xad]+")
OF_THEIR_OWN = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0-\u01b0\u1ea0-\u1ef9]"
)
TONES = "\u0300\u0301\u0303\u0309\u0323"
SYLLABLE = re.compile(
    "(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
    "(?:uyê|uya|iê|yê|ia|ya|uô|ua|ươ|ưa|oă|oa|oe|oo|uâ|uê|uy|uơ|[aăâeêioôơuưy])"
    "(?P<end>ch|ng|nh|[cmnptiyou])?"
)
SHORT_ENDS = {"c", "ch", "p", "t"}  # they bear ´ or . alone
LEAST = 2  # words: one alone may be a name or a sign
SHARE = 0.6  # of the words that are not Vietnamese as they stand


def alphabet_of(text: str) -> str:
    """Return "TCVN3" or "VNI" if the text was typed so, or an empty string."""
    if text.isascii():
        return ""
    odd = [word for word in WORD.findall(_composed(text)) if _is_odd(word)]
    readable = {
        name: sum(_is_syllable(convert(word)) for word in odd) for name, convert in _READERS.items()
    }
    name = max(readable, key=lambda one: readable[one])
    return name if readable[name] >= max(LEAST, SHARE * len(odd)) else ""


def converted(text: str) -> str:
    """Return the text in Unicode letters; lines that already are keep what is Vietnamese in them."""
    name = alphabet_of(text)
    if not name:
        return text
    convert = _READERS[name]

    def one(found: re.Match[str]) -> str:
        word = convert(found[0])
        return word if _is_odd(found[0]) and _is_syllable(word) else found[0]

    return "\n".join(
        WORD.sub(one, line) if OF_THEIR_OWN.search(line) else convert(line)
        for line in _composed(text).split("\n")
    )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _is_odd(word: str) -> bool:
    return not word.isascii() and not _is_syllable(word)


def _is_syllable(word: str) -> bool:
    """Could the word be one Vietnamese syllable?"""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [sign for sign in parts if sign in TONES]
    plain = unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in TONES))
    found = SYLLABLE.fullmatch(plain)
    if not found or len(tones) > 1:
        return False
    return found["end"] not in SHORT_ENDS or tones in (["\u0301"], ["\u0323"])


def _from_tcvn3(text: str) -> str:
    return text.translate(TCVN3)


def _from_vni(text: str) -> str:
    pieces, end = [], 0
    for found in VNI_PAIR.finditer(text):
        letter, mark = filter(None, found.groups())
        pieces.append(_alone(text[end : found.start()]))
        pieces.append(_alone(letter) + VNI_MARKS[mark.lower()])
        end = found.end()
    return _composed("".join([*pieces, _alone(text[end:])]))


def _alone(text: str) -> str:
    return "".join(
        VNI_ALONE.get(sign.lower(), sign.lower()).upper()
        if sign.isupper()
        else VNI_ALONE.get(sign, sign)
        for sign in text
    )


_READERS = {"TCVN3": _from_tcvn3, "VNI": _from_vni}
