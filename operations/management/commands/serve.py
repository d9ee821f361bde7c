"""The whole portal on one machine with one command: pages, worker and scheduler."""

import errno
import signal
import socket
import subprocess
import sys
import threading

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from committees.models import User
from foundation.processes import Program, keep_running
from operations.demo import words

WEB = f"--worker-class gthread --workers 2 --threads {settings.THREADS} --preload --graceful-timeout 5 --log-level warning"
WORKER = (
    "--quiet --app dialogue_portal worker --beat --pool threads --concurrency 2"
    " --without-gossip --without-mingle --loglevel WARNING"
)


class Command(BaseCommand):
    help = "Serve the pages, do the jobs and keep the time, until stopped. HOST and PORT say where."

    def add_arguments(self, parser):
        parser.add_argument("--empty", action="store_true", help="do not load the demo's people")

    def handle(self, *, empty, **options):
        listener = open_port(settings.HOST, settings.PORT)
        if settings.DEMO:
            call_command("migrate", verbosity=0, interactive=False)
            if not empty:
                self.load_demo()
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        self.say(f"Cổng đối thoại: {settings.BASE_URL}   (Ctrl-C stops it)")
        self.say(f"Hỏi ẩn danh, tra cứu bằng mã: {settings.ANONYMOUS_BASE_URL}")
        if settings.DEMO:
            self.print_accounts()
        keep_running([web(listener), worker()], until=stop, say=self.say)

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    def load_demo(self):
        """Fill the database if nobody is in it yet."""
        if User.objects.exists():
            return
        self.say("Loading the demo …")
        # In a process of its own, whose memory is given back.
        command = [sys.executable, sys.argv[0], "seed_demo", "--stage", "running"]
        seeding = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        if seeding.returncode:
            raise CommandError("The demo could not be loaded; the lines above say why.")

    def print_accounts(self):
        self.say(f"  Mật khẩu / password: {words.PASSWORD}")
        for name, full_name, role, *_ in words.ACCOUNTS:
            self.say(f"  {name:<12} {role:<28} {full_name}")


def open_port(host, port):
    """Return a socket that listens at `host` and `port`, or say why there can be none.

    It is opened here and handed on, so that nothing is started for a port that is taken.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(256)
    except socket.gaierror as error:
        raise CommandError(f"HOST={host} is no address of this machine.") from error
    except OSError as error:
        raise CommandError(REASONS.get(error.errno or 0, str(error)).format(host, port)) from error
    return listener


REASONS = {
    errno.EADDRINUSE: "Port {1} is taken by another program. Choose another one, as in PORT=8001.",
    errno.EADDRNOTAVAIL: "HOST={0} is no address of this machine.",
    errno.EACCES: "Port {1} may only be used by root. Choose one above 1023, as in PORT=8000.",
}


def web(listener):
    listener.set_inheritable(True)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        *WEB.split(),
        "--bind",
        f"fd://{listener.fileno()}",
    ]
    return Program(
        "web", [*command, "dialogue_portal.wsgi:application"], pass_fds=[listener.fileno()]
    )


def worker():
    # The warning about root is for servers; here it would hide the demo's accounts.
    python = [sys.executable, "-W", "ignore:You're running the worker"]
    command = [*python, "-m", "celery", *WORKER.split()]
    return Program("worker", command, environment={"PORTAL_PROCESS": "job"})
