"""Every socket is closed but for this machine: no test, and no process it starts, speaks to another.

Python's own audit says of each address before it is spoken to. The database's library is not
written in Python; it is given the address of script/test.
"""

import ipaddress
import socket
import sys

SPEAKING = {"socket.connect", "socket.sendto", "socket.getaddrinfo"}


class SpokeToOthers(socket.gaierror):
    """A test, or what it tests, wanted to speak to another machine, which has no address here."""


def close_sockets():
    """Refuse every address that is not this machine's, in this process, from now on."""
    sys.addaudithook(_judge)


def _judge(event, args):
    if event not in SPEAKING:
        return
    place = args[0] if event == "socket.getaddrinfo" else args[1]
    if not is_here(place):
        raise SpokeToOthers(socket.EAI_NONAME, f"the tests speak to no other machine: {place}")


def is_here(address):
    """Say whether an address, a path of a socket or a name of a host is of this machine."""
    if not isinstance(address, (str, bytes, tuple)):
        return True  # no host at all, or not one of the internet
    host = address[0] if isinstance(address, tuple) else address
    host = host.decode() if isinstance(host, bytes) else host or ""
    if not isinstance(host, str) or host.startswith(("/", "\0")) or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback or host == "0.0.0.0"
    except ValueError:
        return host.endswith(".localhost")
