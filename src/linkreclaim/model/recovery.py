"""What a site has lost and won back, from one finished audit to the next."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RecoveryPoint:
    """One finished audit. All shares are of the value of all links known to it: links that came later change them."""

    run_id: int
    finished_at: datetime
    lost_pages: int  # dead URLs with links
    lost_share_0_1: float | None  # None where no link is worth anything
    regained_pages: int  # found dead by an earlier audit, and they work now
    regained_share_0_1: float | None
    untold_share_0_1: float  # of the linked addresses, those that gave no clear answer

    @property
    def regained_of_found_0_1(self) -> float | None:
        """Of all value that this audit or an earlier one found lost, the share that is back; None where nothing was."""
        if self.lost_share_0_1 is None or self.regained_share_0_1 is None:
            return None
        found = self.lost_share_0_1 + self.regained_share_0_1
        return self.regained_share_0_1 / found if found > 0 else None
