"""The door for files: its places, across threads and processes, and the scanner behind it."""

import contextlib
import io
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from foundation import intake, scanner
from tests.conftest import free_port

ROOT = Path(settings.BASE_DIR)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
# As a line of ClamAV's own database of whole files and parts of them: name, any kind, anywhere.
SIGNATURE = f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n"

# --- places -------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def few_places(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.INTAKE = {"places": 2, "seconds": 0, "own_seconds": 0}
    return tmp_path / intake.LOCK


@contextlib.contextmanager
def held_by(who):
    token = intake.sender.set(lambda: who)
    try:
        with intake.place():
            yield
    finally:
        intake.sender.reset(token)


def refused(who):
    """Return whose place it was that there was none of; blank if there was one."""
    try:
        with held_by(who):
            return ""
    except intake.NoPlace as error:
        return error.whose


def test_each_person_has_one_place_and_all_together_have_two():
    with held_by(7):
        assert refused(7) == "own"
        assert refused(8) == ""
        with held_by(8):
            assert refused(9) == "all"
    assert [refused(7), refused(8), refused(9)] == ["", "", ""]


def test_a_thread_of_the_same_process_takes_nobodys_place():
    found = []
    with held_by(7):
        other = threading.Thread(target=lambda: found.extend((refused(7), refused(8))))
        other.start()
        other.join()

    assert found == ["own", ""]


def test_who_waits_gets_the_place_that_becomes_free(settings):
    settings.INTAKE = {"places": 1, "seconds": 20, "own_seconds": 20}
    inside, leave = threading.Event(), threading.Event()

    def hold():
        with held_by(7):
            inside.set()
            leave.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    inside.wait(20)
    threading.Timer(0.2, leave.set).start()

    assert refused(7) == ""
    other.join()


HOLDS = """
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure(
    DATA_DIR=Path(sys.argv[1]), SECRET_KEY=sys.argv[2], PROCESS="job",
    PLACES={}, INTAKE={"places": 2, "seconds": 0, "own_seconds": 0},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
from foundation import intake
intake.sender.set(lambda: 7)
with intake.place():
    print("inside", flush=True)
    time.sleep(60)
"""


def test_another_process_holds_its_place_until_it_dies(tmp_path, few_places):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path, settings.SECRET_KEY],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "inside\n"
    assert [refused(7), refused(8)] == ["own", ""]
    process.kill()
    process.wait()

    assert refused(7) == ""


def test_the_places_leave_nothing_to_be_read(few_places):
    """Neither who sent a file nor when: the file is empty and is never written to."""
    assert refused(7) == ""
    os.utime(few_places, (1, 1))

    assert refused(8) == ""

    found = few_places.stat()
    assert (found.st_size, found.st_mtime) == (0, 1)


# --- the scanner --------------------------------------------------------------------------


@contextlib.contextmanager
def stand_in(answer):
    """A server that takes a whole command of clamd's, and answers in its place."""

    class Server(socketserver.StreamRequestHandler):
        def handle(self):
            command = self.rfile.read(10) if answer != b"PONG\0" else self.rfile.read(6)
            while command == b"zINSTREAM\0" and (size := int.from_bytes(self.rfile.read(4))):
                self.rfile.read(size)
            if answer is None:
                time.sleep(1)
            else:
                self.wfile.write(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"stream: OK\0", "clean"),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", "found"),
        (b"INSTREAM size limit exceeded. ERROR\0", "unknown"),
        (b"stream: OK", "unknown"),  # half an answer
        (b"stream: OK\0stream: X FOUND\0", "found"),
        (b"\0", "unknown"),
        (b"", "unknown"),
        (b"x" * 10_000, "unknown"),
        (None, "unknown"),  # none in time
    ],
)
def test_nothing_is_clean_but_what_the_scanner_calls_clean(settings, answer, verdict):
    settings.CLAMD_SECONDS = 0.5
    with stand_in(answer) as url:
        settings.CLAMD_URL = url

        assert scanner.look_at(b"x" * 200_000) == verdict


def test_a_scanner_that_has_no_time_left_lets_nothing_in(settings):
    settings.CLAMD_SECONDS = 1e-9
    with stand_in(b"stream: OK\0") as url:
        settings.CLAMD_URL = url

        assert scanner.look_at(b"x") == "unknown"


def test_where_no_file_was_sent_there_is_nothing_to_look_at(settings):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{free_port()}"

    assert intake.SentFileField(required=False).clean(None) is None


def test_a_scanner_that_is_not_there_lets_nothing_in(settings, tmp_path):
    for url in (f"tcp://127.0.0.1:{free_port()}", f"unix://{tmp_path}/none.ctl"):
        settings.CLAMD_URL = url

        assert (scanner.look_at(b"x"), scanner.state()) == ("unknown", "failing")
    settings.CLAMD_URL = ""
    assert (scanner.look_at(EICAR), scanner.state()) == ("clean", None)


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """Debian's own clamd, with one signature; yields its two addresses and the process."""
    places = f"{os.environ['PATH']}:/usr/sbin:{ROOT}/var/clamav/usr/sbin"
    program = shutil.which("clamd", path=places)
    assert program, "clamd is missing: script/bootstrap dev fetches it"
    folder, port = tmp_path_factory.mktemp("clamd"), free_port()
    (folder / "signatures").mkdir()
    (folder / "signatures/own.ndb").write_text(SIGNATURE)
    settings_of_clamd = {
        "Foreground": "yes",
        "TCPAddr": "127.0.0.1",
        "TCPSocket": port,
        "LocalSocket": folder / "clamd.ctl",
        "DatabaseDirectory": folder / "signatures",
        "LogFile": folder / "log",
    }
    lines = [f"{name} {value}" for name, value in settings_of_clamd.items()]
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    libraries = ":".join(str(path) for path in (ROOT / "var/clamav/usr/lib").glob("*-linux-gnu"))
    process = subprocess.Popen(
        [program, "-c", folder / "clamd.conf"],
        env={**os.environ, "LD_LIBRARY_PATH": libraries},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        give_up_at = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < give_up_at
            time.sleep(0.1)
        yield f"tcp://127.0.0.1:{port}", f"unix://{folder}/clamd.ctl"
    finally:
        process.terminate()
        process.wait(20)


def packed(name, content):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return made.getvalue()


def test_the_real_scanner_finds_what_it_knows_and_lets_the_rest_pass(settings, clamd):
    """B-16: EICAR as it is, behind something else, inside a Word file, inside that once more."""
    inside = packed("word/embeddings/a.bin", EICAR)
    assert clamd
    for url in clamd:
        settings.CLAMD_URL = url
        assert scanner.state() == "ok"
        for harmful in (EICAR, b"%PDF-1.7\n" + EICAR, inside, packed("word/a.docx", inside)):
            assert scanner.look_at(harmful) == "found"
        for harmless in (b"", b"x", os.urandom(2_000_000), packed("word/a.txt", b"\xe1\xba\xa1")):
            assert scanner.look_at(harmless) == "clean"
