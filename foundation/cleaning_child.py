"""The process that takes a sent file apart: bytes on standard input, `kind` and bytes out; "signed" behind the kind where a signature was lost.

It has no database, no settings, no secrets, and no more memory and time than it was given.
"""

from __future__ import annotations

import resource
import sys

from foundation.cleaning import clean
from foundation.not_clean import NotClean


def main(seconds: str, memory_mb: str) -> None:
    limit = int(memory_mb) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        made = clean(sys.stdin.buffer.read())
        (kind, cleaned), signed = made, " signed" if made.lost_signature else ""
    except NotClean as error:
        sys.exit(error.why)
    except MemoryError:
        sys.exit("too_much")
    except Exception as error:
        sys.exit("too_much" if "Bomb" in type(error).__name__ else "broken")
    sys.stdout.buffer.write(f"{kind}{signed}\n".encode() + cleaned)


if __name__ == "__main__":
    main(*sys.argv[1:])
