"""Removing exports whose links have ended. What else time does here is part of leaving, in `service`."""

from datetime import timedelta

from core.chat import Due
from core.db import UnitOfWork
from core.ports import Vault

SWEEP = "privacy.sweep"
SWEEPS = timedelta(hours=1)
"""How long an export may lie about after its link has ended."""


def prepare(uow: UnitOfWork, due: Due) -> bool:
    """Always: the vault knows by itself what has expired."""
    return True


async def sweep(work: bool, *, vault: Vault) -> int:
    """Remove what has expired."""
    return await vault.sweep()


def finish(uow: UnitOfWork, due: Due, removed: int) -> None:
    """Nothing is kept of an export, not even that it is gone."""
