"""Rules for how a site's URLs were changed: learned from pairs of old and new URLs, applied to others."""

from linkreclaim.rules.apply import RuleSet, apply_rule
from linkreclaim.rules.describe import describe
from linkreclaim.rules.learn import Learned, LearnedRule, learn_rules
from linkreclaim.rules.pairs import UrlPair
from linkreclaim.rules.predict import Prediction, Predictor, predict
from linkreclaim.rules.trust import RuleVerdict

__all__ = [
    "Learned",
    "LearnedRule",
    "Prediction",
    "Predictor",
    "RuleSet",
    "RuleVerdict",
    "UrlPair",
    "apply_rule",
    "describe",
    "learn_rules",
    "predict",
]
