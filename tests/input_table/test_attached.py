"""Files as they are attached to a question: taken without what they told, or said what to do."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from sessions.domain.attachments import content_of
from sessions.models import Attachment, Question
from tests.input_table import content
from tests.world import NOON

pytestmark = pytest.mark.django_db


def _picture(kind, size, mode, colour, *, at=(100, 100), within=6):
    """Expect a bare picture with about this colour at one of its dots."""

    def judge(attachment, cleaned):
        made = Image.open(io.BytesIO(cleaned))
        assert (attachment.kind, made.size, made.mode) == (kind, size, mode)
        assert getattr(made, "n_frames", 1) == 1
        assert not made.getexif()
        assert {"comment", "xmp", "icc_profile", "exif"}.isdisjoint(made.info)
        for one, expected in zip(_as_tuple(made.getpixel(at)), _as_tuple(colour), strict=True):
            assert abs(one - expected) <= within

    return judge


def _as_tuple(dots):
    return dots if isinstance(dots, tuple) else (dots,)


def _word(name):
    def judge(attachment, cleaned):
        assert attachment.kind == "docx"
        sent, made = (zipfile.ZipFile(io.BytesIO(one)) for one in (content(name), cleaned))
        assert set(made.namelist()) == {
            "[Content_Types].xml",
            "_rels/.rels",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/header1.xml",
            "word/header2.xml",
            "word/header3.xml",
            "word/settings.xml",
            "word/styles.xml",
        }
        assert _letters(made) == _letters(sent) != ""

    return judge


def _letters(package):
    text = package.read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t[ >][^<]*", text))


RED = (254, 0, 0)
# A function judges what was taken; a text is what the page says beside the field.
EXPECTED = {
    "palette.png": _picture("png", (50, 50), "RGB", (0, 0, 0), at=(25, 25)),
    "scan-16-bit-grey.png": _picture("png", (50, 50), "L", 156, at=(25, 25)),
    "scan.tif": "là ảnh TIFF. Hãy quét lại thành PDF, hoặc lưu thành PNG.",
    "photo.webp": _picture("jpg", (800, 600), "RGB", RED),
    "photo.heic": "là ảnh HEIC, loại ảnh iPhone chụp.",
    "photo-cmyk.jpg": _picture("jpg", (800, 600), "RGB", RED),
    "photo-exif-rotated-6-with-gps.jpg": _picture("jpg", (600, 800), "RGB", RED, at=(499, 100)),
    "photo-motion-trailing-bytes.jpg": _picture("jpg", (800, 600), "RGB", RED),
    "photo-mpo.jpg": _picture("jpg", (800, 600), "RGB", RED),
    "photo-progressive.jpg": _picture("jpg", (800, 600), "RGB", RED),
    "pdf-owner-password-only.pdf": "người lập đã khóa không cho sửa",
    "pdf-user-password.pdf": "phải có mật khẩu mới mở được",
    "word-chart.docx": "có biểu đồ. Hãy lưu thành PDF rồi đính kèm.",
    "word-smartart.docx": "có sơ đồ SmartArt. Hãy lưu thành PDF rồi đính kèm.",
    "word-theme-rels.docx": _word("word-theme-rels.docx"),
    "word-thumbnail.docx": _word("word-thumbnail.docx"),
    "word365-intelligence2.docx": _word("word365-intelligence2.docx"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_taken_or_told_of(world, monkeypatch, name):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client = Client()
    client.force_login(world.staff)
    expected = EXPECTED[name]

    answer = client.post(
        f"/conferences/{world.conference.pk}/ask/",
        {
            "text": "Xem tệp kèm theo.",
            "theme": world.themes[0].pk,
            "kind": "opinion",
            "level": "confidential",
            "form_key": "5b0d9a4e-7a52-4f0e-9d0c-0d4c5b1b7a11",
            "files": [SimpleUploadedFile(name, content(name))],
        },
    )

    if isinstance(expected, str):
        assert answer.status_code == 422
        (told,) = [
            str(one) for one in answer.context["form"].errors["files"] if expected in str(one)
        ]
        assert told.startswith("Tệp thứ 1 ")
        assert expected in answer.content.decode()
        assert not Question.objects.exists()
    else:
        assert answer.status_code == 302
        attachment = Attachment.objects.get()
        expected(attachment, content_of(attachment))
