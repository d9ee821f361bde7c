"""The question whether anything has changed, asked as fast as it is answered, over connections that stay open."""

import selectors
import socket
import time

from bench.hall_people import CONTEXT, HOST


def wire_to(port):
    plain = socket.create_connection(("127.0.0.1", port), 10)
    wire = CONTEXT.wrap_socket(plain, server_hostname=HOST)
    wire.settimeout(10)
    return wire


def asked(port, path, *, seconds, wires):
    """Return (answers a second, share of a processor that the asking took itself)."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    with selectors.DefaultSelector() as ready:

        def ask_anew():
            wire = wire_to(port)
            ready.register(wire, selectors.EVENT_READ)
            wire.sendall(request)

        for _ in range(wires):
            ask_anew()
        began, spent = time.monotonic(), time.process_time()
        number = 0
        while time.monotonic() - began < seconds:
            for key, _ in ready.select(1):
                said = key.fileobj.recv(16_384)
                if not said:  # after a thousand questions nginx wants another connection
                    ready.unregister(key.fileobj)
                    key.fileobj.close()
                    ask_anew()
                    continue
                if not said.startswith(b"HTTP/1.1 304") or not said.endswith(b"\r\n\r\n"):
                    raise RuntimeError(f"{path} was answered with {said[:200]!r}")
                number += 1
                key.fileobj.sendall(request)
        took = time.monotonic() - began
        used = (time.process_time() - spent) / took
        for key in list(ready.get_map().values()):
            key.fileobj.close()
    return number / took, used
