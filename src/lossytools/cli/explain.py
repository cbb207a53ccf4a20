"""lossytools explain: what a rule asks for."""

from __future__ import annotations

import click

from lossytools.cli.console import say


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> None:
    """Say what a rule asks for, why, and by which clause.

    RULE is an id as `audit` prints it, such as M03.
    """
    from lossytools.report.ruling import rule_text  # noqa: PLC0415  loads pydicom
    from lossytools.rules import find_rule  # noqa: PLC0415

    try:
        found = find_rule(rule)
    except KeyError as error:
        raise click.BadParameter(f"no rule {rule!r}; {near(rule)}", param_hint="RULE") from error
    say(rule_text(found))


def near(rule: str) -> str:
    """Return the ids that may have been meant: those of the family, all families for another letter."""
    from lossytools.rules import CATALOGUE, FAMILIES  # noqa: PLC0415  loads pydicom

    ids = [each.id for each in CATALOGUE]
    family = [number for number in ids if number[0] == rule.strip().upper()[:1]]
    if family:
        return f"there are {', '.join(family)}"
    firsts = (f"{letter} ({title})" for letter, title in FAMILIES.items())
    return f"ids begin with {', '.join(firsts)}"
