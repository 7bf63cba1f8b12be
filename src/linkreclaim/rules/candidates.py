"""Programs that several pairs agree on, found without keeping all programs of all pairs in memory."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkreclaim.rules.pairs import UrlPair
from linkreclaim.rules.programs import program_keys, spell_program

Ints = npt.NDArray[np.int64]

_SHIFT = 6  # a program's name: number of the first pair that has it, and its place (below 64) among that pair's


@dataclass(frozen=True, slots=True)
class Candidates:
    """Programs with the pairs that have them; which pair a program is named after does not depend on keys."""

    pairs: Sequence[UrlPair]
    names: Ints  # one a program
    starts: Ints  # where its pairs begin in `members`
    sizes: Ints
    members: Ints  # numbers of pairs

    def members_of(self, at: int) -> Ints:
        """Pairs that have a program."""
        return self.members[self.starts[at] : self.starts[at] + self.sizes[at]]

    @property
    def count(self) -> int:
        """How many programs there are."""
        return len(self.names)

    def first_pair(self, at: int) -> UrlPair:
        """The first pair that has a program."""
        return self.pairs[int(self.names[at]) >> _SHIFT]

    def program(self, at: int) -> str:
        """The program itself, made anew from the first pair that has it."""
        return spell_program(self.first_pair(at), int(self.names[at]) & ((1 << _SHIFT) - 1))


def find_candidates(pairs: Sequence[UrlPair], least: int) -> Candidates:
    """Programs that at least `least` of the pairs (of one host) have with one status, in the order of their names.

    Programs are compared by Python's 64-bit hash, which nobody can aim at: it is keyed anew in every process. What two
    that collide would claim is counted anew before a rule is made of one. Cost: about 70 us and 200 bytes a pair.
    """
    keys, names = array("q"), array("q")
    for number, pair in enumerate(pairs):
        for place, key in enumerate(program_keys(pair)):
            keys.append(key ^ pair.status)
            names.append((number << _SHIFT) | place)
    order = np.argsort(np.frombuffer(keys, dtype=np.int64), kind="stable")  # so names ascend within a group
    return _group(pairs, np.frombuffer(keys, np.int64)[order], np.frombuffer(names, np.int64)[order], least)


def _group(pairs: Sequence[UrlPair], keys: Ints, names: Ints, least: int) -> Candidates:
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else keys
    sizes = np.diff(np.append(starts, len(keys)))
    enough = sizes >= least
    starts, sizes = starts[enough], sizes[enough]
    by_name = np.argsort(names[starts], kind="stable") if len(starts) else starts
    starts, sizes = starts[by_name], sizes[by_name]
    return Candidates(pairs, names[starts] if len(starts) else starts, starts, sizes, names >> _SHIFT)
