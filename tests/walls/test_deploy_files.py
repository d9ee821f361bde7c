"""What the files in deploy/ promise about names, addresses and traces.

What nginx makes of its file is seen in test_nginx.
"""

import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from jobs.models import Heartbeat
from operations.views import metrics

DEPLOY = Path(settings.BASE_DIR) / "deploy"
NGINX = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def blocks(text, opening):
    """Return the bodies of the blocks whose opening line matches."""
    found = []
    for match in re.finditer(rf"{opening}\s*\{{", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append(text[match.end() : end - 1])
    return found


def directives(body):
    """Return what a block says itself, without its inner blocks: {name: [values]}."""
    while "{" in body:
        body = re.sub(r"[^;{}]*\{[^{}]*\}", "", body)
    said = {}
    for line in body.split(";"):
        name, _, value = line.strip().partition(" ")
        if name:
            said.setdefault(name, []).append(" ".join(value.split()))
    return said


def servers(name):
    return [
        body
        for body in blocks(NGINX, r"\bserver")
        if name in directives(body).get("server_name", [])
    ]


PORTAL, ANONYMOUS = servers("doithoai.example.vn"), servers("hopthu.example.vn")


def test_the_upgrade_brings_every_file_that_is_kept_elsewhere():
    manual = (Path(settings.BASE_DIR) / "docs/operations.md").read_text(encoding="utf-8")
    upgrade = manual.partition("## Upgrade")[2].partition("\n## ")[0]
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".pyc"]

    assert "cp deploy/systemd/* /etc/systemd/system/ && systemctl daemon-reload" in upgrade
    for path in files:
        of_systemd = path.parent.name == "systemd"
        assert of_systemd or f"deploy/{path.relative_to(DEPLOY)}" in upgrade, path


def test_each_host_has_its_servers():
    assert (len(PORTAL), len(ANONYMOUS)) == (2, 2)


@pytest.mark.parametrize("server", ANONYMOUS)
def test_the_anonymous_host_writes_nothing_down(server):
    said = directives(server)

    assert said["access_log"] == ["off"]
    assert said["error_log"] == ["/dev/null crit"]
    for inner in blocks(server, r"location[^{]*"):
        assert not {"access_log", "error_log"} & set(directives(inner))


def test_the_anonymous_host_passes_on_no_more_than_a_form_needs():
    (place,) = blocks(ANONYMOUS[1], r"location / ")
    said = directives(place)

    passed = dict(value.split(" ", 1) for value in said["proxy_set_header"])
    assert said["proxy_pass_request_headers"] == ["off"]
    assert {name for name, value in passed.items() if value != '""'} == {
        *("Host", "X-Forwarded-Proto", "Content-Type", "Origin", "Sec-Fetch-Site"),
    }
    for name in ("Cookie", "User-Agent", "X-Forwarded-For", "X-Real-IP"):
        assert passed[name] == '""'
    assert not re.search(r"\$(remote_addr|binary_remote_addr|realip|proxy_add)", place)
    assert "Set-Cookie" in said["proxy_hide_header"]
    assert "Cache-Control no-store always" in said["add_header"]
    assert said["limit_req"] == ["zone=anonymous burst=20 nodelay"]


def test_what_is_sent_to_the_anonymous_host_stays_in_memory():
    said = directives(ANONYMOUS[1])
    (place,) = blocks(ANONYMOUS[1], r"location / ")

    assert said["client_max_body_size"] == said["client_body_buffer_size"] == ["64k"]
    assert said["client_body_in_file_only"] == ["off"]
    assert said["client_body_temp_path"][0].startswith("/dev/shm/")
    assert directives(place)["proxy_max_temp_file_size"] == ["0"]
    assert directives(place)["proxy_cache"] == ["off"]


def test_what_is_sent_to_the_portal_touches_no_disk_before_it_is_cleaned():
    said = directives(PORTAL[1])

    assert said["client_body_temp_path"][0].startswith("/dev/shm/")


def test_receipts_leave_no_trace_on_the_portal_either():
    (place,) = blocks(PORTAL[1], r"location /receipt/ ")
    said = directives(place)

    assert said["access_log"] == ["off"]
    assert said["error_log"] == ["/dev/null crit"]
    assert said["proxy_pass_request_headers"] == ["off"]
    assert "$remote_addr" not in place


def test_every_silent_path_is_silent_in_nginx_too():
    """The portal's own list and nginx's map name the same pages."""
    (mapped,) = blocks(NGINX, r"map \$uri \$portal_is_logged ")
    unlogged = {name.lstrip("~") for name, values in directives(mapped).items() if values == ["0"]}

    assert {path.replace(r"\d", "[0-9]") for path in settings.SILENT_PATHS} | {'""'} == unlogged
    for page in ("503", "busy"):  # handed out in the place of a silent page, too
        (place,) = blocks(PORTAL[1], rf"location = /{page}\.html ")
        assert directives(place)["access_log"] == ["off"]
    assert directives(PORTAL[1])["access_log"] == [
        "/var/log/nginx/dialogue-portal.log portal if=$portal_is_logged"
    ]


def test_the_portals_log_holds_no_address_no_moment_no_agent_and_no_query():
    (line,) = re.findall(r"log_format portal '([^']*)'", NGINX)

    telling = r"addr|forwarded|time_|msec|agent|referer|cookie|\$request\b|\$request_uri|\$args"
    assert not re.search(telling, line)
    (static,) = blocks(PORTAL[1], r"location /static/ ")
    assert directives(static)["access_log"] == ["off"]


def test_only_sound_tls_is_spoken_and_no_session_is_resumed():
    outside = directives(NGINX)

    assert outside["ssl_protocols"] == ["TLSv1.2 TLSv1.3"]
    assert outside["ssl_session_cache"] == ["off"]
    assert outside["ssl_session_tickets"] == ["off"]
    assert outside["server_tokens"] == ["off"]
    assert not re.search(r"CBC|RC4|3DES|MD5|:AES", outside["ssl_ciphers"][0])
    assert outside["ssl_ciphers"][0].startswith("ECDHE-ECDSA-AES256-GCM-SHA384:")  # B-18: in order
    assert outside["ssl_prefer_server_ciphers"] == ["on"]


def test_each_host_has_a_certificate_of_its_own():
    """With a common one a browser would send both hosts' pages through one connection."""
    names = {directives(one[1])["ssl_certificate"][0] for one in (PORTAL, ANONYMOUS)}

    assert len(names) == 2


def test_another_name_gets_no_answer():
    (body,) = [
        body
        for body in blocks(NGINX, r"\bserver")
        if any("default_server" in value for value in directives(body).get("listen", []))
    ]

    assert directives(body)["return"] == ["444"]
    assert directives(body)["access_log"] == ["off"]


def test_gunicorn_writes_down_no_requests():
    said = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))

    assert said["accesslog"] is None
    assert said["loglevel"] == "warning"
    assert said["bind"].startswith("127.0.0.1:")
    assert said["forwarded_allow_ips"] == "127.0.0.1"
    assert said["worker_tmp_dir"] == "/dev/shm"


def test_there_is_a_thread_for_everybody_who_is_let_in_to_wait():
    """Were there fewer, health and sign-in would stand behind those who wait."""
    said = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    connections = sum(gate["working"] for gate in settings.SHIPPED_PLACES.values())

    assert said["threads"] >= settings.THREADS
    assert 8 * connections + 10 <= 100  # what PostgreSQL allows, at most eight processes of pages


def test_a_new_worker_is_born_with_everything_loaded():
    """Else those who are in a hall wait some seconds each time that one is replaced."""
    said = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))

    assert said["preload_app"]
    assert said["max_requests"] > 4 * said["max_requests_jitter"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_no_service_may_do_more_than_it_must(unit):
    text = unit.read_text(encoding="utf-8")

    for line in (
        *("User=dialogue-portal", "UMask=0077", "NoNewPrivileges=true", "PrivateTmp=true"),
        *("ProtectSystem=strict", "ProtectHome=true", "PrivateDevices=true", "LimitCORE=0"),
        *("CapabilityBoundingSet=", "ProtectProc=invisible", "RestrictSUIDSGID=true"),
        *("RestrictRealtime=true", "ProtectClock=true", "ProtectHostname=true", "RemoveIPC=true"),
        *("SystemCallArchitectures=native", "SystemCallFilter=@system-service"),
        *("SystemCallFilter=~@privileged", "SystemCallErrorNumber=EPERM"),
    ):
        assert f"\n{line}\n" in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_no_service_may_take_the_memory_of_the_others(unit):
    """Pages and workers outlive the death of one of their processes; what runs once is ended."""
    text = unit.read_text(encoding="utf-8")
    goes_on = unit.stem.endswith(("-web", "-worker"))

    assert re.search(r"^MemoryMax=(?:512M|[23]G)$", text, re.MULTILINE)
    assert f"\nOOMPolicy={'continue' if goes_on else 'kill'}\n" in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_knows_every_line_and_judges_the_service_safe(unit):
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit],
        capture_output=True,
        text=True,
    )

    assert judged.returncode == 0, judged.stdout
    assert judged.stderr == ""


def test_postgresql_quotes_nothing_in_its_log():
    told = (DEPLOY / "postgresql.sql").read_text(encoding="utf-8")

    for line in (
        "ALTER ROLE portal SET log_min_messages = 'fatal';",
        "ALTER ROLE portal SET log_statement = 'none';",
        "ALTER ROLE portal SET log_min_duration_statement = -1;",
        "ALTER ROLE portal SET log_min_error_statement = 'panic';",
        "ALTER ROLE portal SET log_parameter_max_length = 0;",
        "ALTER ROLE portal SET log_parameter_max_length_on_error = 0;",
        "ALTER ROLE portal SET log_error_verbosity = 'terse';",
        "ALTER SYSTEM SET track_commit_timestamp = off;",
    ):
        assert line in told
    of_the_owner = told.partition("ARRAY[")[2].partition("]")[0].replace("''", "'")
    for line in re.findall(r"ALTER ROLE portal SET (log_.+);", told):
        assert f"'{line}'" in of_the_owner, line


def test_the_figures_for_prometheus_are_not_for_the_world():
    (place,) = blocks(PORTAL[1], r"location = /metrics ")

    assert directives(place) == {"return": ["404"]}


@pytest.mark.django_db
def test_prometheus_is_told_to_watch_only_what_there_is(client):
    """The rules name no figure and no value of a label that /metrics does not have."""
    rules = (DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8")
    told = re.findall(r"^ +expr: (.+)$", rules, re.MULTILINE)
    for name in (*metrics.PARTS, "backup"):
        Heartbeat.objects.create(name=name, at=timezone.now())
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    there = {family.name: family.samples for family in families}
    there["portal_last_render_seconds"] = []  # once there is a PDF

    named = {name for rule in told for name in re.findall(r"\bportal_\w+", rule)}
    assert len(told) == rules.count("- alert:")
    assert named <= set(there)
    for rule in told:
        for name, label, values in re.findall(r'(\w+)\{(\w+)=~?"([\w|]+)"\}', rule):
            assert set(values.split("|")) <= {one.labels.get(label) for one in there[name]}, rule


def test_every_night_data_and_keys_are_backed_up_into_folders_apart():
    unit = (DEPLOY / "systemd/dialogue-portal-backup.service").read_text(encoding="utf-8")
    timer = (DEPLOY / "systemd/dialogue-portal-backup.timer").read_text(encoding="utf-8")
    command = re.search(r"manage\.py backup (\S+) --keys (\S+) --keep (\d+)$", unit, re.MULTILINE)
    data, keys, keep = Path(command[1]), Path(command[2]), int(command[3])
    writes = re.search(r"^ReadWritePaths=(.+)$", unit, re.MULTILINE)[1].split()

    assert data != keys
    assert data not in keys.parents
    assert keys not in data.parents
    assert {str(data), str(keys)} < set(writes)
    assert keep <= settings.RETENTION["sealed_names"]
    assert "OnCalendar=*-*-* 01:30\n" in timer
    assert "Persistent=true\n" in timer
