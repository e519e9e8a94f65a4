"""What Numba makes of the same solver in the workload's own numbers."""

import numpy as np
from numba_steps import rate_rec

WORK = {"rate-rec": rate_rec(np.float32)}
