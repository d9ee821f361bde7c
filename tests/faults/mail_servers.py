"""A real Postfix and a real Dovecot on ports of their own, on this machine alone.

Postfix takes the portal's mail as a provider does, encrypted and with a password, and sends it
on: to mailboxes that Dovecot keeps, to a server that refuses everybody, to one that is away.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "mat/khau@2026"
BOUNCES = "tra-lai@cong.example"
HOUSE = "don-vi.example"  # has mailboxes
REFUSING, AWAY = "tu-choi.example", "vang.example"
MAILBOXES = (BOUNCES, f"van-phong@{HOUSE}", f"day@{HOUSE}", "portal@cong.example")
FULL = f"day@{HOUSE}"
PORTS = ("submission", "small", "refusing", "away", "lmtp", "auth", "imaps", "pop3s")
SECONDS = 30

POSTFIX = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mail_owner = postfix
myhostname = mail.cong.example
mydestination =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
recipient_delimiter = +
virtual_mailbox_domains = cong.example, {house}
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
lmtp_destination_recipient_limit = 1
transport_maps = texthash:{folder}/transport
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
notify_classes =
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
delay_warning_time = 1s
"""
SERVICES = """\
{submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
{small} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o message_size_limit=20000
{refusing} inet n - n - - smtpd -o smtpd_recipient_restrictions=reject -o access_map_reject_code=550
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """\
base_dir = {folder}/dovecot
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
recipient_delimiter = +
first_valid_uid = 1
mail_plugins = quota
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
plugin {{
  quota = maildir:User quota
  quota_rule = *:storage=100M
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
"""


def why_not():
    """Return what is missing on this machine, or an empty string."""
    if os.geteuid() != 0:
        return "Postfix changes its user and must be started by root"
    missing = [name for name in ("postfix", "dovecot") if not shutil.which(name, path=_PATH)]
    return f"not installed: {', '.join(missing)}" if missing else ""


_PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"


@dataclass
class MailServers:
    folder: Path
    ports: dict
    running: dict = field(default_factory=dict)

    def start_postfix(self):
        self._start("postfix", ["postfix", "-c", str(self.folder / "postfix"), "start-fg"])
        for name in ("submission", "small", "refusing"):
            self._wait_for(name)

    def start_dovecot(self):
        self._start("dovecot", ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")])
        for name in ("lmtp", "auth", "imaps", "pop3s"):
            self._wait_for(name)

    def stop_postfix(self):
        # What was started is a script, and the master its child.
        (number,) = (self.folder / "queue/pid/master.pid").read_text().split()
        os.kill(int(number), signal.SIGTERM)
        self.running.pop("postfix").wait(SECONDS)

    def stop_dovecot(self):
        dovecot = self.running.pop("dovecot")
        dovecot.terminate()
        dovecot.wait(SECONDS)

    def said(self):
        """Return what the servers wrote down, for a test that fails."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(path.read_text(errors="replace")[-4_000:] for path in logs)

    def _start(self, name, command):
        output = (self.folder / f"{name}-started.log").open("w")
        self.running[name] = subprocess.Popen(
            command,
            env={**os.environ, "PATH": _PATH},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _wait_for(self, name):
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.ports[name]), timeout=1),
            ):
                return
            time.sleep(0.1)
        raise RuntimeError(f"{name} does not listen:\n{self.said()}")


@contextlib.contextmanager
def mail_servers():
    """Lend both servers, running; afterwards nothing of them is left."""
    folder = Path(tempfile.mkdtemp(prefix="mail-"))
    servers = MailServers(folder, _free_ports())
    try:
        _write(servers)
        servers.start_dovecot()
        servers.start_postfix()
        yield servers
    finally:
        if "postfix" in servers.running:
            servers.stop_postfix()
        if "dovecot" in servers.running:
            servers.stop_dovecot()
        shutil.rmtree(folder, ignore_errors=True)


def _free_ports():
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        return {name: one.getsockname()[1] for name, one in zip(PORTS, taken, strict=True)}


def _write(servers):
    folder, mail = servers.folder, pwd.getpwnam("mail")
    folder.chmod(0o755)
    known = {"folder": folder, "house": HOUSE, **servers.ports}
    for name in ("postfix", "queue", "data", "mail", "dovecot", "state"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", "mail", "mail")
    (folder / "postfix" / "main.cf").write_text(POSTFIX.format(**known))
    (folder / "postfix" / "master.cf").write_text(SERVICES.format(**known))
    (folder / "dovecot.conf").write_text(DOVECOT.format(**known))
    (folder / "mailboxes").write_text("".join(f"{box} {box}/\n" for box in MAILBOXES))
    (folder / "transport").write_text(
        f"{REFUSING} smtp:[127.0.0.1]:{known['refusing']}\n"
        f"{AWAY} smtp:[127.0.0.1]:{known['away']}\n"
    )
    (folder / "users").write_text(
        "".join(
            f"{box}:{PASSWORD}:{mail.pw_uid}:{mail.pw_gid}::{folder}/mail/{box}::"
            + ("userdb_quota_rule=*:bytes=1" if box == FULL else "")
            + "\n"
            for box in MAILBOXES
        )
    )
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
