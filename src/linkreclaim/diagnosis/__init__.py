"""Why a URL broke, and which URL was meant where it is only damaged. Pure: live URLs and facts are passed in."""

from linkreclaim.diagnosis.diagnose import DiagnosisFacts, diagnose
from linkreclaim.diagnosis.noise import is_scanner_noise
from linkreclaim.diagnosis.repair import Repair, Repairer
from linkreclaim.diagnosis.vocabulary import SiteVocabulary, vocabulary_of

__all__ = [
    "DiagnosisFacts",
    "Repair",
    "Repairer",
    "SiteVocabulary",
    "diagnose",
    "is_scanner_noise",
    "vocabulary_of",
]
