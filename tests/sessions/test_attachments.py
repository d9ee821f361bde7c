"""Files that were sent: what is left of what they told, what is refused, who may have them."""

import io
import random
import zipfile

import pikepdf
import pytest
from django.conf import settings as portal_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from foundation import cleaning, files, not_clean
from foundation.cleaning import clean_in_child
from foundation.not_clean import NotClean
from sessions.domain import questions
from sessions.domain.attachments import NotAttachable, content_of, exchange, place_of
from sessions.models import Attachment, Question
from tests.world import NOON

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

CANARY = "CANARY-AUTHOR-7731"
BYTES = (
    CANARY.encode(),
    CANARY.encode("utf-16-le"),
    CANARY.encode("utf-16-be"),
    CANARY.encode().hex().upper().encode(),
)


def told(content):
    """Is the canary anywhere: in the bytes, in a packed part, in a PDF's object?"""
    heaps = [content]
    if content.startswith(b"PK"):
        package = zipfile.ZipFile(io.BytesIO(content))
        heaps += [package.read(name) for name in package.namelist()]
        heaps += [name.encode() for name in package.namelist()] + [package.comment]
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            for thing in pdf.objects:
                heaps.append(repr(thing).encode())
                if isinstance(thing, pikepdf.Stream):
                    heaps.append(thing.read_raw_bytes())
    return any(needle in heap for heap in heaps for needle in BYTES)


# --- files that tell ------------------------------------------------------------------


DOTS = {"RGB": (7, 0, 9), "RGBA": (7, 0, 9, 200), "LA": (7, 255)}


def picture(size=(40, 30), mode="RGB"):
    made = Image.new(mode, size, 120)
    for x in range(size[0]):
        made.putpixel((x, x % size[1]), DOTS.get(mode, x % 2))
    return made


def jpeg(*, gps=True, comment=b"", after=b"", xmp=False):
    exif = Image.Exif()
    exif[0x013B] = exif[0x010F] = exif[0x9C9D] = CANARY
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 1.0, 42.0), 29: CANARY})
    written = io.BytesIO()
    picture().save(
        written, "JPEG", exif=exif, comment=comment,
        **({"xmp": f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode()} if xmp else {}),
    )  # fmt: skip
    return written.getvalue() + after


def png(*, mode="RGB", after=b""):
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", CANARY)
    info.add_itxt("XML:com.adobe.xmp", CANARY)
    info.add_text("Comment", CANARY, zip=False)
    written = io.BytesIO()
    picture(mode=mode).save(written, "PNG", pnginfo=info, icc_profile=CANARY.encode() * 9)
    return written.getvalue() + after


def pdf(*, image=False, note=False, attached=False, script=False):
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(300, 300))
    page.obj.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=CANARY))
    page.obj.LastModified = pikepdf.String(CANARY)
    made.docinfo["/Author"] = CANARY
    made.docinfo["/Producer"] = CANARY
    with made.open_metadata() as xmp:
        xmp["dc:creator"] = [CANARY]
    if image:
        stream = pikepdf.Stream(made, jpeg(xmp=True, comment=CANARY.encode()))
        stream.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=40, Height=30,
                ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode, Metadata=pikepdf.Stream(made, CANARY.encode()),
            )
        )  # fmt: skip
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
        page.obj.Contents = pikepdf.Stream(made, b"q 100 0 0 100 0 0 cm /Im0 Do Q")
    if note:
        page.obj.Annots = pikepdf.Array(
            [made.make_indirect(pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, T=CANARY, Contents=CANARY,
                Rect=[0, 0, 10, 10],
            ))]
        )  # fmt: skip
    if attached:
        made.attachments["x.txt"] = pikepdf.AttachedFileSpec(made, CANARY.encode(), filename=CANARY)
    if script:
        made.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=f"app.alert('{CANARY}')"
        )
    written = io.BytesIO()
    made.save(written, fix_metadata_version=False)
    return written.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def docx(body="", *, parts=None, relations="", settings=""):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.comment = CANARY.encode()
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", "<Relationships/>")
        package.writestr("docProps/core.xml", f"<cp><dc>{CANARY}</dc></cp>")
        package.writestr("docProps/app.xml", f"<p><Company>{CANARY}</Company></p>")
        package.writestr("docProps/thumbnail.jpeg", jpeg())
        package.writestr("customXml/item1.xml", f"<x>{CANARY}</x>")
        package.writestr("word/comments.xml", f'<w:comments xmlns:w="{W}">{CANARY}</w:comments>')
        package.writestr("word/people.xml", f"<p>{CANARY}</p>")
        package.writestr(
            "word/settings.xml",
            f'<w:settings xmlns:w="{W}" xmlns:r="{R}"><w:attachedTemplate r:id="{CANARY}"/>'
            f'<w:rsids><w:rsidRoot w:val="{CANARY}"/></w:rsids>{settings}</w:settings>',
        )
        package.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><!-- {CANARY} --><w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>'
            f'<w:p w:rsidR="{CANARY}" w:rsidRDefault="{CANARY}"><w:commentRangeStart w:id="0"/>'
            f'<w:ins w:id="1" w:author="{CANARY}" w:date="2026-01-01T08:15:00Z"><w:r><w:t>Kính gửi</w:t></w:r></w:ins>'
            f'<w:hyperlink r:id="rId9"><w:r><w:t>liên kết</w:t></w:r></w:hyperlink>'
            f"<w:r><w:instrText> AUTHOR {CANARY} </w:instrText></w:r></w:p>{body}</w:body></w:document>",
        )
        package.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{RELS}"><Relationship Id="rId9" Type="{R}/hyperlink" '
            f'Target="https://{CANARY}.example" TargetMode="External"/>'
            f'<Relationship Id="rId1" Type="{R}/comments" Target="comments.xml"/>{relations}</Relationships>',
        )
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return made.getvalue()


MEDIA = f'<Relationship Id="rId5" Type="{R}/image" Target="media/image1.jpeg"/>'
TELLING = [
    *[jpeg(gps=gps, comment=comment, after=after, xmp=xmp)
      for gps in (True, False) for comment in (b"", CANARY.encode())
      for after in (b"", CANARY.encode()) for xmp in (True, False)],
    *[png(mode=mode, after=after) for mode in ("RGB", "L", "P", "RGBA", "1", "I;16", "LA")
      for after in (b"", CANARY.encode(), b"PK\x03\x04" + CANARY.encode())],
    *[pdf(image=image, note=note, attached=attached)
      for image in (True, False) for note in (True, False) for attached in (True, False)],
    *[pdf(script=True, image=image) for image in (True, False)],
    docx(), docx(parts={"word/media/image1.jpeg": jpeg(xmp=True)}, relations=MEDIA),
    docx(parts={"word/media/image1.png": png()}),
    docx(settings=f'<w:docVars><w:docVar w:name="a" w:val="{CANARY}"/></w:docVars>'),
    *[docx(f'<w:p w14:paraId="{CANARY}" xmlns:w14="urn:w14"><w:r w:rsidRPr="{CANARY}"/></w:p>')
      for _ in range(1)],
    docx(parts={"word/styles.xml": f'<w:styles xmlns:w="{W}"><w:style w:rsid="{CANARY}"/></w:styles>'}),
    docx(parts={"word/commentsExtended.xml": f"<x>{CANARY}</x>"}),
    docx(parts={"word/header1.xml": f'<w:hdr xmlns:w="{W}"><w:p w:rsidP="{CANARY}"/></w:hdr>'}),
    docx(f'<w:p><w:del w:id="3" w:author="{CANARY}" w:date="x"><w:r/></w:del></w:p>'),
    docx(f'<w:p><w:fldSimple w:instr=" INCLUDETEXT \\\\\\\\{CANARY}\\\\x "/></w:p>'),
    docx(f'<w:p><w:r><w:rPr><w:rPrChange w:id="4" w:author="{CANARY}"/></w:rPr></w:r></w:p>'),
    docx(parts={"docProps/custom.xml": f"<x>{CANARY}</x>"}),
    docx(parts={"word/webSettings.xml": f"<x>{CANARY}</x>"}),
]  # fmt: skip


def test_sixty_files_tell_nothing_afterwards():
    """A-15."""
    assert len(TELLING) >= 60
    for number, content in enumerate(TELLING):
        assert told(content), f"file {number} has nothing to tell"
        kind, cleaned = cleaning.clean(content)
        assert not told(cleaned), f"file {number}, {kind}"
        assert cleaning.kind_of(cleaned) == kind


def test_what_is_to_be_seen_stays():
    _, cleaned = cleaning.clean(jpeg())
    assert Image.open(io.BytesIO(cleaned)).size == (40, 30)
    _, cleaned = cleaning.clean(png(mode="RGBA"))
    assert Image.open(io.BytesIO(cleaned)).mode == "RGBA"
    _, cleaned = cleaning.clean(pdf(image=True))
    with pikepdf.open(io.BytesIO(cleaned)) as made:
        assert len(made.pages) == 1
        (found,) = made.pages[0].get_images().values()
        assert pikepdf.PdfImage(found).as_pil_image().size == (40, 30)
    _, cleaned = cleaning.clean(docx(parts={"word/media/image1.jpeg": jpeg()}, relations=MEDIA))
    package = zipfile.ZipFile(io.BytesIO(cleaned))
    text = package.read("word/document.xml").decode()
    assert "Kính gửi" in text
    assert "liên kết" in text
    assert "rId9" not in text
    assert "media/image1.jpeg" in package.read("word/_rels/document.xml.rels").decode()
    assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_picture_is_turned_as_its_camera_said():
    exif = Image.Exif()
    exif[0x0112] = 6
    written = io.BytesIO()
    picture().save(written, "JPEG", exif=exif)
    assert Image.open(io.BytesIO(cleaning.clean(written.getvalue())[1])).size == (30, 40)


def test_a_telephones_very_large_photo_comes_out_smaller_and_not_refused():
    written = io.BytesIO()
    Image.new("L", (9_000, 6_000), 120).save(written, "JPEG", quality=30)
    kind, cleaned = clean_in_child(written.getvalue())
    assert kind == "jpg"
    assert Image.open(io.BytesIO(cleaned)).size == (4_500, 3_000)


ICON = (
    '<w:p><w:r><w:drawing xmlns:a="urn:a" xmlns:asvg="urn:svg"><a:blip r:embed="rId5"><a:extLst>'
    '<a:ext uri="{96DAC541}"><asvg:svgBlip r:embed="rId6"/></a:ext></a:extLst></a:blip>'
    "</w:drawing></w:r></w:p>"
)


def test_what_word_of_office_365_adds_is_dropped_and_the_file_taken():
    """A sensitivity label, the editor's marks, an icon drawn twice: as SVG and as PNG."""
    sent = docx(
        ICON,
        parts={
            "docMetadata/LabelInfo.xml": f"<l>{CANARY}</l>",
            "word/intelligence2.xml": f"<i>{CANARY}</i>",
            "word/commentsIds.xml": f"<i>{CANARY}</i>",
            "word/media/image1.png": png(),
            "word/media/image2.svg": f"<svg>{CANARY}</svg>",
        },
        relations=f'<Relationship Id="rId5" Type="{R}/image" Target="media/image1.png"/>'
        f'<Relationship Id="rId6" Type="{R}/image" Target="media/image2.svg"/>'
        f'<Relationship Id="rId7" Type="urn:intelligence2" Target="intelligence2.xml"/>',
    )
    kind, cleaned = cleaning.clean(sent)
    assert kind == "docx"
    assert not told(cleaned)
    package = zipfile.ZipFile(io.BytesIO(cleaned))
    assert set(package.namelist()) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/media/image1.png",
        "word/settings.xml",
    }
    text = package.read("word/document.xml").decode()
    assert 'r:embed="rId5"' in text
    assert "svgBlip" not in text
    assert "rId6" not in package.read("word/_rels/document.xml.rels").decode()


def test_a_part_that_the_page_shows_and_nobody_knows_is_told_of():
    shown = '<w:p><w:r><w:object r:id="rId8"/></w:r></w:p>'
    relation = '<Relationship Id="rId8" Type="urn:ink" Target="ink/ink1.xml"/>'
    sent = docx(shown, parts={"word/ink/ink1.xml": "<ink/>"}, relations=relation)
    with pytest.raises(NotClean) as refusal:
        cleaning.clean(sent)
    assert refusal.value.why == "parts"


def test_the_same_file_is_the_same_again():
    for content in (TELLING[0], TELLING[20], TELLING[-1], pdf(image=True)):
        assert cleaning.clean(content) == cleaning.clean(content)


# --- files that bite ------------------------------------------------------------------

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def bomb_png():
    """A picture of 30,000 by 30,000 dots in a few hundred bytes."""
    import struct
    import zlib

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 900))
        + chunk(b"IEND", b"")
    )


def zipped(entries, **options):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries:
            package.writestr(name, content, **options)
    return made.getvalue()


WORD = [("[Content_Types].xml", "<Types/>"), ("word/document.xml", f'<w:document xmlns:w="{W}"/>')]


def locked_pdf():
    made = pikepdf.new()
    made.add_blank_page()
    written = io.BytesIO()
    made.save(written, encryption=pikepdf.Encryption(owner="a", user="b"))
    return written.getvalue()


def pages_pdf(number):
    made = pikepdf.new()
    for _ in range(number):
        made.add_blank_page()
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


BITING = {
    "eicar": EICAR,
    "eicar as png": b"\x89PNG\r\n\x1a\n" + EICAR,
    "eicar as pdf": b"%PDF-1.4\n" + EICAR,
    "eicar in word": zipped([*WORD, ("word/embeddings/eicar.bin", EICAR)]),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "html as jpg": b"\xff\xd8\xff<html><script>alert(1)</script>",
    "gif": b"GIF89a" + bytes(30),
    "exe": b"MZ" + bytes(100),
    "zip": zipped([("a.txt", "x")]),
    "xlsx": zipped([("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<x/>")]),
    "docm": zipped([*WORD, ("word/vbaProject.bin", b"x")]),
    "activex": zipped([*WORD, ("word/activeX/activeX1.bin", b"x")]),
    "emf": zipped([*WORD, ("word/media/image1.emf", b"x")]),
    "path in word": zipped([*WORD, ("../../etc/cron.d/x", b"x")]),
    "absolute path": zipped([*WORD, ("/etc/passwd", b"x")]),
    "html in word": zipped([*WORD, ("word/afchunk.html", b"<script>")]),
    "media that is none": zipped([*WORD, ("word/media/image1.png", b"<svg/>")]),
    "twice": zipped([*WORD, ("word/document.xml", "<x/>")]),
    "entities": zipped([WORD[0], ("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><w>&a;</w>')]),
    "laughs": zipped([WORD[0], ("word/document.xml", '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
              '<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><lolz>&lol2;</lolz>')]),
    "not well formed": zipped([WORD[0], ("word/document.xml", "<w>")]),
    "utf-16": zipped([WORD[0], ("word/document.xml", "<w/>".encode("utf-16"))]),
    "zip bomb": zipped([*WORD, ("word/styles.xml", b"<a>" + b"0" * 90_000_000)]),
    "many entries": zipped([*WORD, *((f"word/header{n}.xml", "") for n in range(1_200))]),
    "pixel bomb": bomb_png(),
    "no pages": pages_pdf(0),
    "many pages": pages_pdf(301),
    "locked": locked_pdf(),
    "cut pdf": pdf()[:200],
    "cut png": png()[:60],
    "cut jpg": jpeg()[:40],
    "cut word": docx()[:500],
    "empty": b"",
    "nul": bytes(1_000),
}  # fmt: skip


@pytest.mark.parametrize("name", BITING)
def test_what_bites_is_refused(name):
    """B-16: and for the same reason as in a process without limits."""
    with pytest.raises(NotClean) as refused:
        clean_in_child(BITING[name])
    assert refused.value.why in not_clean.REASONS
    assert refused.value.why == why_not(BITING[name])


def why_not(content):
    """Return the reason for which a file is refused here, in this process."""
    try:
        cleaning.clean(content)
    except NotClean as refused:
        return refused.why
    except Exception:  # the child turns whatever happens into a refusal
        return "broken"
    return "taken"


def test_a_polyglot_is_one_thing_only_afterwards():
    for content in (
        jpeg(after=b"<script>alert(1)</script>"),
        png(after=zipped([("evil.html", "<script>")])),
        jpeg(comment=b"<?php system('x'); ?>"),
        pdf() + b"<script>alert(1)</script>",
    ):
        _, cleaned = cleaning.clean(content)
        assert b"<script" not in cleaned
        assert b"<?php" not in cleaned
        assert not zipfile.is_zipfile(io.BytesIO(cleaned))


def test_five_hundred_damaged_files_crash_nothing():
    chance = random.Random(16)
    refused = 0
    for number in range(500):
        content = bytearray(TELLING[number % len(TELLING)])
        for _ in range(chance.randrange(1, 30)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            kind, cleaned = cleaning.clean(bytes(content))
        except Exception:  # the child turns whatever happens into a refusal
            refused += 1
        else:
            assert kind in ("png", "jpg", "pdf", "docx")
            assert cleaned
    assert 50 < refused < 450


# --- with a question --------------------------------------------------------------------

pytest_db = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def send(world, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client = signed_in(world.staff)

    def send(*contents, names=None, **changes):
        files = [
            SimpleUploadedFile((names or ["Nguyen Van A.pdf"])[0], content) for content in contents
        ]
        return client.post(
            f"/conferences/{world.conference.pk}/ask/",
            {
                "text": "Xem tệp kèm theo.",
                "theme": world.themes[0].pk,
                "kind": "opinion",
                "level": "confidential",
                "form_key": "5b0d9a4e-7a52-4f0e-9d0c-0d4c5b1b7a11",
                "files": files,
                **changes,
            },
        )

    return send


@pytest_db
def test_files_come_with_the_question_cleaned_and_named_neutrally(world, send, client):
    assert send(jpeg(), docx()).status_code == 302
    one, two = Attachment.objects.all()
    assert (one.name, two.name) == ("dinh-kem-1.jpg", "dinh-kem-2.docx")
    answer = signed_in(world.staff).get(f"/attachments/{one.pk}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dinh-kem-1.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not told(answer.content)
    page = signed_in(world.clerk).get(
        f"/conferences/{world.conference.pk}/triage/{one.question_id}/"
    )
    assert f"/attachments/{one.pk}/" in page.content.decode()


@pytest_db
def test_who_may_have_the_file(world, send):
    send(png())
    attachment = Attachment.objects.get()
    Question.objects.update(assignee=world.leader)
    url = f"/attachments/{attachment.pk}/"
    found = {name: signed_in(person).get(url).status_code for name, person in world.people.items()}
    assert {name for name, status in found.items() if status == 200} == {
        "staff",
        "secretary",
        "clerk",
        "leader",
    }
    assert set(found.values()) == {200, 404}
    assert Client().get(url).status_code == 302


@pytest_db
def test_one_bad_file_and_nothing_is_sent(world, send):
    answer = send(png(), EICAR)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tệp thứ 2" in page
    assert "Hãy chọn lại tệp" in page
    assert "Xem tệp kèm theo." in page
    assert not Question.objects.exists()
    assert not Attachment.objects.exists()


@pytest_db
def test_six_files_and_eleven_megabytes_are_too_much(world, send):
    assert send(*[png()] * 6).status_code == 422
    assert send(jpeg() + bytes(11 * 1024 * 1024)).status_code == 422
    assert not Question.objects.exists()


@pytest_db
def test_the_same_form_twice_keeps_the_files_once(world, send):
    assert send(png()).status_code == send(png()).status_code == 302
    assert Attachment.objects.count() == Question.objects.count() == 1


NAMES = ["../../etc/passwd", "..\\..\\boot.ini", "a\0b.pdf", "‮fdp.exe", "con.png", "x" * 300 + ".png",
         "<script>.png", "'; DROP TABLE--.png", ".htaccess", "a/b/c.png", "%2e%2e%2f.png", "~root.png",
         "CON", "NUL.docx", "a\r\nX: y.png", "🙂.png", "é́.png", " .png", "$(id).png", "|ls.png"]  # fmt: skip


@pytest_db
@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_kept_or_followed(world, send, name):
    assert send(png(), names=[name]).status_code == 302
    assert Attachment.objects.get().name == "dinh-kem-1.png"
    kept = [path.name for path in portal_settings.FILES_DIR.rglob("*") if path.is_file()]
    assert not any(
        word in kept_name for kept_name in kept for word in ("passwd", "boot", "htaccess")
    )


@pytest_db
def test_the_file_does_not_tell_the_hour(world, send):
    send(png())
    attachment = Attachment.objects.get()
    path = portal_settings.FILES_DIR / f"{attachment.sha256[:2]}/{attachment.sha256}.png"
    from foundation.clock import start_of_week

    assert path.stat().st_mtime == start_of_week(NOON).timestamp()


# --- changed until sorted ---------------------------------------------------------------


@pytest.fixture
def asked(world, monkeypatch):
    """A question with two files, and its asker's browser."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client = Client()
    client.force_login(world.staff)
    client.sent = {
        "text": "Xem tệp kèm theo.",
        "theme": world.themes[0].pk,
        "kind": "opinion",
    }
    ask = {"level": "confidential", "form_key": "5b0d9a4e-7a52-4f0e-9d0c-0d4c5b1b7a12"}
    two = [SimpleUploadedFile("a.png", png()), SimpleUploadedFile("b.jpg", jpeg())]
    answer = client.post(
        f"/conferences/{world.conference.pk}/ask/", client.sent | ask | {"files": two}
    )
    assert answer.status_code == 302
    client.question = Question.objects.get()
    return client


def change(client, **fields):
    client.question.refresh_from_db()
    sent = client.sent | {"version": client.question.version} | fields
    return client.post(f"/questions/{client.question.pk}/change/", sent)


def kinds(client):
    return [(one.number, one.kind) for one in client.question.attachments.all()]


@pytest.mark.django_db(transaction=True)
def test_the_asker_takes_a_file_away_and_adds_another(asked):
    first = asked.question.attachments.get(number=1)
    place = files.path_of(place_of(first))
    assert place.exists()

    answer = change(asked, drop=[first.pk], files=[SimpleUploadedFile("c.jpg", jpeg(gps=False))])

    assert answer.status_code == 302
    assert kinds(asked) == [(1, "jpg"), (2, "jpg")]
    assert not told(content_of(asked.question.attachments.get(number=1)))


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_away_leaves_the_disk(asked):
    first = asked.question.attachments.get(number=1)
    place = files.path_of(place_of(first))

    change(asked, drop=[first.pk])

    assert kinds(asked) == [(2, "jpg")]
    assert not place.exists()
    assert asked.get(f"/attachments/{first.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_file_that_another_question_has_too_stays_on_the_disk(world, asked):
    first = asked.question.attachments.get(number=1)
    content = content_of(first)
    another = questions.submit_question(
        world.conference, text="Cùng một tệp.", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.colleague, at=NOON, files=[("png", content)],
    )  # fmt: skip

    change(asked, drop=[first.pk])

    assert kinds(asked) == [(2, "jpg")]
    assert content_of(another.attachments.get()) == content


@pytest.mark.django_db
def test_files_that_somebody_has_added_meanwhile_count_too(asked):
    """The page counts those it knows; the last word is said where they are kept."""
    with pytest.raises(NotAttachable):
        exchange(asked.question, add=[("png", png())] * 4, at=NOON)

    assert len(kinds(asked)) == 2


@pytest.mark.django_db
def test_an_anonymous_question_takes_no_file_in_any_way(world):
    question = world.conference.questions.create(
        committee=world.host, theme=world.themes[0], kind="opinion", level="anonymous",
        original_text="Bao giờ?", received_at=NOON,
    )  # fmt: skip

    with pytest.raises(NotAttachable):
        questions.change_question(
            question, text="Khi nào?", theme=world.themes[0], kind="opinion", version=1, at=NOON,
            files=[("png", png())],
        )  # fmt: skip

    question.refresh_from_db()
    assert question.original_text == "Bao giờ?"
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_more_files_than_five_are_refused_and_nothing_changes(asked):
    four = [SimpleUploadedFile(f"{n}.png", png()) for n in range(4)]

    answer = change(asked, text="Nội dung khác.", files=four)

    assert answer.status_code == 422
    assert "Nội dung khác." in answer.content.decode()
    assert "Tối đa 5 tệp." in answer.content.decode()
    asked.question.refresh_from_db()
    assert (asked.question.original_text, len(kinds(asked))) == ("Xem tệp kèm theo.", 2)


@pytest.mark.django_db
def test_a_file_that_is_not_of_the_question_is_not_taken_away(asked):
    mine = asked.question.attachments.first()

    answer = change(asked, drop=["00000000-0000-4000-8000-000000000000"])

    assert answer.status_code == 422
    assert asked.question.attachments.filter(pk=mine.pk).exists()


@pytest.mark.django_db
def test_an_outdated_page_asks_for_the_files_again(asked):
    answer = change(asked, version=99, files=[SimpleUploadedFile("c.png", png())])

    assert answer.status_code == 409
    assert "Hãy chọn lại tệp" in answer.content.decode()
    assert len(kinds(asked)) == 2


@pytest.mark.django_db
def test_once_sorted_nothing_is_added(asked):
    Question.objects.update(state="triaged")

    assert change(asked, files=[SimpleUploadedFile("c.png", png())]).status_code == 403
    assert len(kinds(asked)) == 2
