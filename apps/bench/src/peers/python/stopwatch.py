"""The clock that work is timed by: of the wall, or of the processor."""

import time
from dataclasses import dataclass
from typing import Any

processor_time = False


def now() -> float:
    return time.process_time() if processor_time else time.perf_counter()


@dataclass
class Taken:
    """A result, and how long a library itself says that it took."""

    seconds: float
    result: Any
