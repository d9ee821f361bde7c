"""B-17: what stands in a report is set in type; it is never fetched and never read as a path."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.utils import timezone

from reports.documents.child import write_pdf_in_child
from reports.documents.pdf import document_html, render_pdf
from reports.domain import drafting, writing
from reports.domain.proposals import PLACES
from tests.walls.payloads import FETCHES
from tests.walls.scene import build_scene

WATCHED = {"on": False, "seen": []}
PRIVATE = ("/etc/passwd", "/etc/hostname")


def watch(event, arguments):
    """Note every connection, every look-up of a name and every opening of a private file."""
    if not WATCHED["on"]:
        return
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        WATCHED["seen"].append(f"{event} {arguments[-1]}")
    elif event == "open" and str(arguments[0]).endswith(PRIVATE):
        WATCHED["seen"].append(f"open {arguments[0]}")


sys.addaudithook(watch)


@pytest.fixture
def watched():
    WATCHED["seen"].clear()
    WATCHED["on"] = True
    yield WATCHED["seen"]
    WATCHED["on"] = False


@pytest.fixture
def listener():
    """Somebody who would notice a visit: (port, paths that were asked for)."""
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], asked
    server.shutdown()


def hostile_document(world, port):
    """A draft with every hostile text in its narrative and in its tables."""
    texts = [text.format(port=port) for text in FETCHES]
    turn = iter(texts * 50)
    scene = build_scene(world, say=lambda place: next(turn))
    at = timezone.now()
    draft = scene.own.draft
    for number, key in enumerate(PLACES):
        mine = texts[number % len(texts) :] + texts[: number % len(texts)]
        writing.write_narrative(
            draft, key=key, text="\n".join(mine)[:2_900], version=0, by=world.clerk, at=at
        )
    # The first period holds the conference with its questions, answers and commitments.
    issued = scene.own.issued.snapshot["document"]
    document = drafting.current_document(draft, at=at)
    return texts, document, issued


def text_of(pdf):
    found = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return "".join(found.stdout.decode().split())


@pytest.mark.django_db
def test_forty_hostile_texts_fetch_nothing_and_read_nothing(world, listener, watched):
    port, asked = listener
    texts, *documents = hostile_document(world, port)
    watched.clear()

    pdfs = [render_pdf(document_html(document))[0] for document in documents]

    assert len(texts) >= 40
    assert watched == asked == []
    first_line = Path("/etc/passwd").read_bytes().partition(b"\n")[0].decode()
    for pdf in pdfs:
        assert first_line not in text_of(pdf)
        assert b"root:x:0" not in pdf
    shown = text_of(pdfs[0])
    assert all("".join(text.split()) in shown for text in texts[:10])


@pytest.mark.django_db
def test_the_child_that_renders_does_the_same(world, listener, tmp_path):
    port, asked = listener
    _, document, _ = hostile_document(world, port)

    write_pdf_in_child(document, tmp_path / "x.pdf", seconds=60)

    assert asked == []
    assert b"root:x:0" not in (tmp_path / "x.pdf").read_bytes()


def test_even_unescaped_nothing_is_fetched(listener, watched):
    """The second wall: were a text ever to get into the page as markup."""
    from weasyprint.urls import FatalURLFetchingError

    port, asked = listener
    watched.clear()
    refused = 0

    for text in FETCHES:
        try:
            render_pdf(f"<!doctype html><html lang=vi><title>x</title>{text.format(port=port)}")
        except FatalURLFetchingError:
            refused += 1

    assert watched == asked == []
    assert refused >= 15
