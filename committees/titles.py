"""Academic titles before and after names: kept out of user names, lists and accounts."""

import re

SHORT = {
    "gs", "pgs", "ts", "tskh", "ths", "bs", "bsck", "bscki", "bsckii", "bsnt", "ck1", "ck2",
    "cki", "ckii", "ks", "kts", "cn", "ds", "ls", "ncs", "nsưt", "nsnd", "ngưt", "ngnd",
}  # fmt: skip
LONG = re.compile(
    r"^(?:phó giáo sư|giáo sư|tiến sĩ khoa học|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|bác sĩ|bác sỹ|kỹ sư|dược sĩ|cử nhân|đồng chí|đ/c)[\s.,:-]+",
    re.IGNORECASE,
)
PARTS = re.compile(r"[\s.,]+")


def without_titles(name: str) -> str:
    """Return `name` without the titles in front of it or behind a comma."""
    name, _comma, rest = name.partition(",")
    if rest and not _are_titles(rest):
        # "PGS, TS Nguyễn Văn A": the comma stands between two titles.
        name = f"{name} {rest}" if _are_titles(name) else f"{name},{rest}"
    shorter = _without_first(name.strip())
    while shorter and shorter != name:
        name, shorter = shorter, _without_first(shorter)
    return name.strip()


def _without_first(name: str) -> str:
    rest = LONG.sub("", name, count=1)
    if rest != name:
        return rest.strip()
    first = re.match(r"([^\W\d_]+\d?)(?:[.,]\s*|\s+|$)", name)
    if first and first[1].lower() in SHORT and name[first.end() :].strip():
        return name[first.end() :].strip()
    return name


def _are_titles(text: str) -> bool:
    parts = [part for part in PARTS.split(text.lower()) if part]
    return bool(parts) and all(part in SHORT for part in parts)


def proper_name(name: str) -> str:
    """Return a person's name without titles, and not in capitals."""
    name = without_titles(name)
    if " " in name and name == name.upper() != name.lower():
        name = " ".join(word.capitalize() for word in name.split())
    return name
