"""The process that renders: orders on standard input, PDFs in files, answers on output.

It has no database, no secrets and no network. It loads what is slow to load once; each
order is done by a copy of it that has only the memory and the time that were granted, so
that nothing one document does can reach the next. It ends with the process that began it.

An order is eight bytes of length and a JSON object; an answer is a line of JSON.
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import signal
import struct
import sys
from pathlib import Path

import django
from django.conf import settings

LARGEST_FILE = 512 * 2**20
LONGEST_IDLE = 600  # seconds without an order after which the process ends
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
REFUSED = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


class NoNetwork(Exception):
    """A document tried to reach another machine."""


class MissingFont(Exception):
    """The font that documents are set in is not on this machine."""


def leave_the_network():
    """Move to an empty network of our own where the system allows it; in any case refuse to
    open a connection."""
    libc = ctypes.CDLL(None, use_errno=True)
    with contextlib.suppress(AttributeError):
        if libc.unshare(CLONE_NEWNET):
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)

    def refuse(event, arguments):
        if event in REFUSED:
            raise NoNetwork(event)

    sys.addaudithook(refuse)


def load():
    """Load everything slow by making a whole document once, all that copies would load again."""
    root = Path(__file__).resolve().parent.parent.parent
    settings.configure(
        USE_I18N=False,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [root / "templates"],
            }
        ],
    )
    django.setup()

    from reports.documents.archival import attached_to
    from reports.documents.pdf import document_html, missing_fonts, render_pdf
    from reports.documents.plain import plain_html
    from reports.documents.sample import SAMPLE, SAMPLE_FIGURES

    for font in missing_fonts():
        raise MissingFont(font)
    plain_html(SAMPLE)
    render_pdf(document_html(SAMPLE), attached_to(SAMPLE, SAMPLE_FIGURES))
    gc.collect()
    gc.freeze()  # what is loaded is shared with every copy, and never looked through again


def limit(seconds, memory_mb):
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make(order):
    """Make the PDF of one order and return what to answer."""
    from reports.documents.archival import attached_to
    from reports.documents.pdf import document_html, render_pdf
    from reports.documents.plain import plain_html

    document, figures = order["document"], order["figures"]
    make_html = plain_html if order["plain"] else document_html
    attachments = attached_to(document, figures) if figures else ()
    pdf, pages = render_pdf(make_html(document), attachments)
    Path(order["path"]).write_bytes(pdf)
    return {"pages": pages}


def in_a_copy(order, write_to):
    """Be the copy: do the order, say how it went, and end without running anything else."""
    try:
        limit(order["seconds"], order["memory_mb"])
        answer = make(order)
    except MemoryError:
        answer = {"kind": "memory", "message": "MemoryError"}
    except OSError as error:
        answer = {"kind": "disk", "message": str(error)}
    except BaseException as error:
        first = str(error).strip().splitlines()[:1]
        answer = {"kind": "crash", "message": f"{type(error).__name__}: {''.join(first)[:400]}"}
    with contextlib.suppress(BaseException):
        os.write(write_to, json.dumps(answer).encode())
    os._exit(0)


def do(order, orders):
    """Have a copy do the order and return its answer; end it, and us, when nobody waits."""
    read_from, write_to = os.pipe()
    copy = os.fork()
    if not copy:
        os.close(read_from)
        in_a_copy(order, write_to)
    os.close(write_to)
    watched = select.poll()
    watched.register(read_from, select.POLLIN)
    watched.register(orders, select.POLLHUP)
    answer = b""
    while True:
        ready = dict(watched.poll())
        if read_from not in ready:
            os.kill(copy, signal.SIGKILL)
            sys.exit()
        piece = os.read(read_from, 65_536)
        if not piece:
            break
        answer += piece
    os.close(read_from)
    _, status = os.waitpid(copy, 0)
    if answer:
        return json.loads(answer)
    code = os.waitstatus_to_exitcode(status)
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return {"kind": "timeout", "message": f"stopped by signal {-code}"}
    return {"kind": "memory" if code == -signal.SIGABRT else "crash", "message": f"ended: {code}"}


def main():
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    leave_the_network()
    trouble = None
    try:
        load()
    except MissingFont as error:
        trouble = {"kind": "fonts", "message": str(error)}
    while select.select([orders], [], [], LONGEST_IDLE)[0]:
        head = orders.read(8)
        if len(head) < 8:
            break
        order = json.loads(orders.read(struct.unpack(">Q", head)[0]))
        answers.write(json.dumps(trouble or do(order, orders.fileno())).encode() + b"\n")
        answers.flush()
        if trouble:
            break  # the next process looks again


if __name__ == "__main__":
    main()
