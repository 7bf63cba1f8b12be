"""Why a URL broke, and which URL was meant where it is only damaged. Pure: live URLs and facts are passed in."""

from linkreclaim.diagnosis.diagnose import DiagnosisFacts, diagnose
from linkreclaim.diagnosis.injected import looks_injected
from linkreclaim.diagnosis.noise import is_scanner_noise
from linkreclaim.diagnosis.repair import Repair, Repairer

__all__ = ["DiagnosisFacts", "Repair", "Repairer", "diagnose", "is_scanner_noise", "looks_injected"]
