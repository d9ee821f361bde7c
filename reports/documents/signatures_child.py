"""The process that reads a signed PDF: eight bytes of length, an order in JSON and the file on
standard input, an answer in JSON out.

It has no database, no settings, no secrets, no network, and no more memory and time than it
was given.
"""

import datetime as dt
import json
import logging
import resource
import struct
import sys

from reports.documents.signatures import NotAccepted, examine


def answer_to(order, content):
    try:
        signatures = examine(
            content,
            issued_size=order["issued_size"],
            roots=order["roots"],
            at=dt.datetime.fromisoformat(order["at"]),
        )
    except NotAccepted as error:
        return {"why": error.why, "whose": error.whose}
    except (MemoryError, RecursionError):
        return {"why": "too_much"}
    except Exception as error:
        return {"why": "too_much" if "Limit" in type(error).__name__ else "broken"}
    return {"signatures": signatures}


def main(seconds, memory_mb):
    logging.disable(logging.CRITICAL)
    limit = int(memory_mb) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    (length,) = struct.unpack(">Q", sys.stdin.buffer.read(8))
    order = json.loads(sys.stdin.buffer.read(length))
    answer = answer_to(order, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
