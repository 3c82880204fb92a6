"""Floor of one establishment: what stands for it where nobody states it, and the ratios made of it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STANDING_NOT = ("closed", "moved")
"""Operating states of establishments that stand there no more; an unknown state is no reason to leave one out."""


def storeys_or_height(storeys: Floats, height_m: Floats, *, storey_height_m: float) -> Floats:
    """Storeys as stated, else from the height, else unknown.

    Parameters
    ----------
    storeys, height_m
        Shape (n,). Fewer than one storey, or no height, says nothing.
    storey_height_m
        Height of one storey.

    Returns
    -------
    Shape (n,): where only the height is known max(1, ⌊height ÷ storey height⌋), for a shed that is lower than a
    storey has a floor all the same.

    >>> import numpy as np
    >>> known, high = np.array([2.0, np.nan, np.nan, np.nan]), np.array([20.0, 2.9, 13.0, np.nan])
    >>> storeys_or_height(known, high, storey_height_m=4.0).tolist()
    [2.0, 1.0, 3.0, nan]
    """
    from_height = np.where(height_m > 0, np.maximum(1.0, np.floor(height_m / storey_height_m)), np.nan)
    levels: Floats = np.where(storeys >= 1, storeys, from_height)
    return levels


def estimated_floor(footprint_m2: Floats, storeys: Floats, height_m: Floats, *, storey_height_m: float) -> Floats:
    """Gross floor area where nobody states it: footprint × storeys.

    Parameters
    ----------
    footprint_m2, storeys, height_m
        Shape (n,); unknown is NaN.

    Returns
    -------
    Shape (n,), m²: unknown where a part is unknown or the footprint is zero; never 0.

    >>> import numpy as np
    >>> nothing = np.array([np.nan, np.nan])
    >>> estimated_floor(np.array([1200.0, 0.0]), nothing, np.array([2.9, 8.0]), storey_height_m=4.0).tolist()
    [1200.0, nan]
    """
    levels = storeys_or_height(storeys, height_m, storey_height_m=storey_height_m)
    return np.where(footprint_m2 > 0, footprint_m2 * levels, np.nan)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Part ÷ whole; unknown where one of them is unknown, or the whole is zero.

    >>> import numpy as np
    >>> ratio(np.array([6000.0, 6000.0, np.nan]), np.array([10000.0, 0.0, 10000.0])).tolist()
    [0.6, nan, nan]
    """
    made: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return made


def floats(column: "pd.Series[float]") -> Floats:
    """A column of numbers with NaN for what is unknown.

    >>> import pandas as pd
    >>> floats(pd.Series([3, None], dtype="Int64")).tolist()
    [3.0, nan]
    """
    numbers: Floats = column.to_numpy(dtype=np.float64, na_value=np.nan).astype(np.float64, copy=False)
    return numbers


def standing(establishments: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that stand: operating, suspended, under construction, or of unknown state; not closed and not moved.

    >>> import pandas as pd
    >>> standing(pd.DataFrame({"operating_state": ["operating", "closed", None]}, dtype="str")).tolist()
    [True, False, True]
    """
    stands: NDArray[np.bool_] = ~establishments["operating_state"].isin(STANDING_NOT).to_numpy(dtype=bool)
    return stands
