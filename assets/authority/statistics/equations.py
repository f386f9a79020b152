"""What can be told of cells that are kept back, from those that are published.

Every total equals the sum of its parts. Of the cells kept back these are linear equations; one
is given away exactly when the equations have only one solution for it, whatever the numbers are.

Belongs here: solving for that. Does not: which cells are kept back (`suppression`).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_PRIME = 2**31 - 1
"""Reckoned modulo a prime, so that nothing is rounded: products fit in 64 bits. A cell given away
over the fractions is given away here too unless the prime divides a denominator of its solution,
which are determinants of a few zeros and ones, far smaller than it."""


def reduced(rows: Sequence[dict[int, int]], width: int) -> list[dict[int, int]]:
    """The equations in reduced form: each unknown that leads one stands in no other.

    `rows`: coefficient by unknown, 0…width-1. Coefficients above half the prime are negative.
    """
    matrix = np.zeros((len(rows), width), dtype=np.int64)
    for number, row in enumerate(rows):
        for unknown, factor in row.items():
            matrix[number, unknown] = factor % _PRIME
    rank = 0
    for unknown in range(width):
        found = np.flatnonzero(matrix[rank:, unknown])
        if found.size == 0:
            continue
        _eliminate(matrix, rank, rank + int(found[0]), unknown)
        rank += 1
        if rank == len(rows):
            break
    return [
        {int(one): int(matrix[number, one]) for one in np.flatnonzero(matrix[number])}
        for number in range(rank)
    ]


def _eliminate(matrix: npt.NDArray[np.int64], rank: int, row: int, unknown: int) -> None:
    """Make `row` lead with `unknown`, move it to `rank`, and take it out of all others."""
    if row != rank:
        matrix[[rank, row]] = matrix[[row, rank]]
    inverse = pow(int(matrix[rank, unknown]), -1, _PRIME)
    matrix[rank] = matrix[rank] * inverse % _PRIME
    others = np.flatnonzero(matrix[:, unknown])
    others = others[others != rank]
    if others.size:
        factors = matrix[others, unknown][:, None]
        matrix[others] = (matrix[others] - factors * matrix[rank]) % _PRIME
