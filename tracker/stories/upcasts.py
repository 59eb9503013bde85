"""How events of earlier versions are read today: each step turns one version of a type into the next.

The log is never rewritten, and hashes are over what was stored; an upcast happens on reading. There is none yet:
every type is at its first version.
"""

from collections.abc import Callable, Mapping
from typing import Any

Upcast = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
"""Takes the body of one version, gives the next version's wire type and body."""

UPCASTS: Mapping[str, Upcast] = {}
