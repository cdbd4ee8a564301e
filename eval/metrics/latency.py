"""How long an answer takes: percentiles of the time around one call, in milliseconds.

p50 and p95 by linear interpolation between closest ranks (numpy's default). The clock runs around
`Assistant.ask` alone; opening the index and the first, warming question are not in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return a percentile of values; None for no values."""
    return float(np.percentile(np.asarray(values, float), share)) if values else None
