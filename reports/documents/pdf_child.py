"""The process that renders: an order on standard input, a PDF in a file, nothing else.

It has no database, no secrets, no network and no more memory and time than it was given.
"""

import contextlib
import ctypes
import json
import resource
import sys
from pathlib import Path

import django
from django.conf import settings

LARGEST_FILE = 512 * 2**20
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


class NoNetwork(Exception):
    """A document tried to reach another machine."""


def leave_the_network():
    """Move to an empty network of our own where the system allows it; in any case refuse to
    open a connection or to start a program that could."""
    libc = ctypes.CDLL(None, use_errno=True)
    with contextlib.suppress(AttributeError):
        if libc.unshare(CLONE_NEWNET):
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)

    def refuse(event, arguments):
        if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
            raise NoNetwork(event)

    sys.addaudithook(refuse)


def limit(seconds, memory_mb):
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path, seconds, memory_mb):
    limit(int(seconds), int(memory_mb))
    leave_the_network()
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
    from reports.documents.pdf import document_html, render_pdf
    from reports.documents.plain import plain_html

    order = json.load(sys.stdin)
    make_html = plain_html if order["plain"] else document_html
    pdf, pages = render_pdf(make_html(order["document"]))
    Path(path).write_bytes(pdf)
    print(pages)


if __name__ == "__main__":
    main(*sys.argv[1:])
