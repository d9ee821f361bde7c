"""Everything that can be set, from the environment. `docs/operations.md` lists it in prose.

With DEMO=1 every value has a default and nothing but this machine is needed.
Without it a missing or wrong value stops the start with one clear line.

`place`, `frame` and `work` are what a deployer sets; `policy` is what the Board decides.
"""

# ruff: noqa: F403

from dialogue_portal.settings.frame import *
from dialogue_portal.settings.place import *
from dialogue_portal.settings.policy import *
from dialogue_portal.settings.reading import *
from dialogue_portal.settings.work import *
