"""The alarm rules; a new one is one file and one line here."""

from consumers.alerting.rule import Rule
from consumers.alerting.rules.negative_spike import NegativeSpike
from consumers.alerting.rules.rating_drop import RatingDrop
from consumers.alerting.rules.review_burst import ReviewBurst

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        NegativeSpike(),
        RatingDrop(),
        ReviewBurst(),
    )
}
