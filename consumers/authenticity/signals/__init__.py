"""Signals of authenticity: one module and one line each."""

from consumers.authenticity.signal import Signal
from consumers.authenticity.signals.author_history import AuthorHistory
from consumers.authenticity.signals.early_window import EarlyWindow
from consumers.authenticity.signals.empty_profile import EmptyProfile
from consumers.authenticity.signals.exact_duplicate import ExactDuplicate
from consumers.authenticity.signals.extremity import Extremity
from consumers.authenticity.signals.incentive_words import IncentiveWords
from consumers.authenticity.signals.near_duplicate import NearDuplicate
from consumers.authenticity.signals.one_sidedness import OneSidedness
from consumers.authenticity.signals.owner_denial import OwnerDenial
from consumers.authenticity.signals.pace import Pace
from consumers.authenticity.signals.provenance_mark import ProvenanceMark
from consumers.authenticity.signals.rating_deviation import RatingDeviation
from consumers.authenticity.signals.self_copy import SelfCopy
from consumers.authenticity.signals.specificity import Specificity
from consumers.authenticity.signals.star_text_conflict import StarTextConflict

SIGNALS: tuple[Signal, ...] = (
    ExactDuplicate(),
    NearDuplicate(),
    SelfCopy(),
    RatingDeviation(),
    Extremity(),
    StarTextConflict(),
    AuthorHistory(),
    Pace(),
    OneSidedness(),
    EarlyWindow(),
    EmptyProfile(),
    ProvenanceMark(),
    Specificity(),
    IncentiveWords(),
    OwnerDenial(),
)
