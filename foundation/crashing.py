"""Named places at which a test can have the process die as in a power cut.

Only the environment variable CRASH_AT makes one bite, and production settings refuse it.
"""

import os
import signal

POINTS = (
    "after_trigger_commit",
    "after_claim",
    "after_freeze_commit",
    "before_child",
    "mid_render",
    "after_temp_write",
    "after_fsync",
    "after_rename",
    "before_ready_commit",
    "after_smtp_250",
    "before_sent_commit",
    "after_sent_commit",
)
CRASH_AT = os.environ.get("CRASH_AT", "")


def crash_point(name: str) -> None:
    """Die here, without a chance to clean up, if a test wants to see what is left then."""
    if CRASH_AT and name == CRASH_AT:
        os.kill(os.getpid(), signal.SIGKILL)  # pragma: no cover - nobody is left to count it
