"""What of a platform's allowance is planned already, for all processes together."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from core.db import UnitOfWork, columns, upsert
from core.metrics.tables import MetricQuota

QUOTA = columns(MetricQuota)
DAY, MINUTE = "day", "minute"
_row = upsert(QUOTA).values({name: bindparam(name) for name in ("platform", "span", "since", "used")})
TAKE = _row.on_conflict_do_update(
    index_elements=[QUOTA.c.platform, QUOTA.c.span, QUOTA.c.since],
    set_={"used": QUOTA.c.used + _row.excluded.used},
    where=QUOTA.c.used + _row.excluded.used <= bindparam("most"),
).returning(QUOTA.c.used)
USED = select(QUOTA.c.used).where(
    QUOTA.c.platform == bindparam("of"), QUOTA.c.span == bindparam("within"), QUOTA.c.since == bindparam("start")
)
EXPIRE = delete(QUOTA).where(QUOTA.c.since < bindparam("before", type_=QUOTA.c.since.type))


def used(uow: UnitOfWork, platform: str, span: str, since: datetime) -> int:
    """How much was taken."""
    return int(uow.run(USED, of=platform, within=span, start=since).scalar() or 0)


def room(uow: UnitOfWork, platform: str, span: str, since: datetime, units: int, most: int) -> bool:  # noqa: PLR0917  a place and a size
    """Whether so much would fit."""
    return used(uow, platform, span, since) + units <= most


def take(uow: UnitOfWork, platform: str, span: str, since: datetime, units: int, most: int) -> bool:  # noqa: PLR0917  as above
    """Take so much, if it fits. Two at once take turns on the row."""
    if units > most:
        return False
    row = {"platform": platform, "span": span, "since": since, "used": units}
    return uow.run(TAKE, most=most, **row).first() is not None
