"""C-11 and C-12: documents that hang or eat memory; the same document, the same bytes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.kinds import NotMade
from reports.documents import child
from reports.documents.child import write_pdf_in_child
from tests.reports.test_pdf import a_document, a_table

ROOT = Path(__file__).resolve().parents[2]


def huge(rows):
    table = a_table(rows=[[n, "Đề nghị đơn vị trả lời. " * 8] for n in range(rows)])
    return a_document(body=[table])


def resident_mb(pid):
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.long
@pytest.mark.parametrize(
    ("corpus", "limits"),
    [
        ("hang", {"seconds": 15}),
        ("memory", {"seconds": 60, "memory_mb": 400}),
    ],
)
def test_what_hangs_or_eats_memory_is_ended_in_time(tmp_path, corpus, limits):
    """C-11, F15, F16: 60,000 rows; a limit ends it, nothing stays, the next one works."""
    began = time.monotonic()
    with pytest.raises(NotMade) as failure:
        write_pdf_in_child(huge(60_000), tmp_path / "x.pdf", **limits)
    took = time.monotonic() - began

    print(f"C-11: {corpus} ended as {failure.value.kind} after {took:.0f} s")
    assert failure.value.kind == {"hang": "timeout", "memory": "memory"}[corpus]
    assert took <= 65
    assert list(tmp_path.iterdir()) == []
    assert write_pdf_in_child(a_document(), tmp_path / "y.pdf").pages == 1


@pytest.mark.long
def test_memory_stays_level_over_two_hundred_renderings(tmp_path):
    """C-11: neither this process nor the one it keeps grows."""
    document = a_document()
    levels = {}
    for number in range(210):
        write_pdf_in_child(document, tmp_path / "x.pdf")
        if number in (9, 209):
            pids = {"parent": os.getpid(), "kept": child._kept["helper"].process.pid}
            levels[number] = {name: resident_mb(pid) for name, pid in pids.items()}
    growth = {name: levels[209][name] / levels[9][name] for name in levels[9]}

    print(f"C-11: resident memory after 200 renderings: {growth}")
    assert all(0.9 <= ratio <= 1.1 for ratio in growth.values())


ELSEWHERE = """
import hashlib, json, sys
from pathlib import Path
from reports.documents.child import write_pdf_in_child
document, folder = json.load(sys.stdin), Path(sys.argv[1])
for number in range(int(sys.argv[2])):
    print(write_pdf_in_child(document, folder / f"{number}.pdf", figures={}).sha256)
"""


@pytest.mark.parametrize(
    ("processes", "each"), [(2, 1), pytest.param(5, 4, marks=pytest.mark.long)]
)
def test_one_document_gives_the_same_bytes_in_every_process(tmp_path, processes, each):
    """C-12: in processes with other hash seeds, time zones and languages."""
    found = []
    for number in range(processes):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {
            **os.environ,
            "PYTHONHASHSEED": str(number + 1),
            "TZ": ("UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles")[number % 3],
            "LANG": ("C", "C.UTF-8")[number % 2],
        }
        made = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, str(folder), str(each)],
            input=json.dumps(a_document()), env=environment, cwd=ROOT,
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        found += made.stdout.split()

    print(f"C-12: {len(set(found))} distinct of {len(found)} in {processes} processes")
    assert len(found) == processes * each
    assert len(set(found)) == 1
