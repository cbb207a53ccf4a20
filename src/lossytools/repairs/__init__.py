"""What can be put right with certainty, and what cannot: decided from evidence, nothing written."""

from lossytools.repairs.correction import correction_changes
from lossytools.repairs.planning import REPAIRABLE, plan
from lossytools.repairs.repair import Left, Plan, Repair

__all__ = ["REPAIRABLE", "Left", "Plan", "Repair", "correction_changes", "plan"]
