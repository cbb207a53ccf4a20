"""The consistency rules: one family a module, each rule with its clause and examples."""

from lossytools.rules.catalogue import (
    CATALOGUE,
    FAMILIES,
    audit,
    audit_pair,
    audit_set,
    audit_step,
    find_rule,
    select,
)
from lossytools.rules.definition import Finding, Rule

__all__ = [
    "CATALOGUE",
    "FAMILIES",
    "Finding",
    "Rule",
    "audit",
    "audit_pair",
    "audit_set",
    "audit_step",
    "find_rule",
    "select",
]
