"""The process that renders: a document on standard input, a PDF in a file, nothing else.

It has no database, no secrets and no more memory and time than it was given.
"""

import json
import resource
import sys
from pathlib import Path

import django
from django.conf import settings


def main(path, seconds, memory_mb):
    limit = int(memory_mb) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
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

    pdf, pages = render_pdf(document_html(json.load(sys.stdin)))
    Path(path).write_bytes(pdf)
    print(pages)


if __name__ == "__main__":
    main(*sys.argv[1:])
