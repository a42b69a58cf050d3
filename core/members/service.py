"""Who is here: first contact, the day's first command, settings, profile."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from core.chat import Mention
from core.clock import local_day
from core.db import UnitOfWork
from core.facts import MemberArrived, MemberErased, MemberParted, MembersMerged, MemberVisited
from core.ids import MemberId
from core.members import repository, rules
from core.members.errors import ZoneChangedRecently
from core.members.repository import Address, Entry, Known, MemberSettings
from core.members.rules import MemberRules
from core.people import Actor, Identity, Member


def resolve(uow: UnitOfWork, actor: Actor, at: datetime) -> Known:
    """The member behind an actor. First contact makes one; another name, place or reachability is noted.

    So is the age of the platform's account, where it was not known: it never changes, so once is enough.
    """
    identity = actor.identity
    seen = repository.by_identity(uow, identity)
    if seen is None:
        made = repository.create(uow, actor, at, arrived=True)
        seen = repository.by_identity(uow, identity)
        assert seen is not None, "somebody made it, if not we"
        if made:
            uow.record(MemberArrived(at, seen.member.id))
        _seen(uow, actor, at)
    if not seen.arrived:
        # Until now others named them; whoever is first of several at once lets them arrive.
        named = {"name": actor.name, "language": actor.language}
        if uow.run(repository.ARRIVE, member=seen.member.id, at=at, **named).affected:
            uow.record(MemberArrived(at, seen.member.id))
        _seen(uow, actor, at)
        return replace(seen, arrived=True, member=replace(seen.member, name=actor.name, joined_at=at, arrived=True))
    renamed = seen.shown != actor.name
    dated = seen.registered_at is None and actor.since is not None
    if renamed or dated or not seen.reachable or seen.elsewhere:
        _seen(uow, actor, at)
    if renamed:
        uow.run(repository.RENAME, member=seen.member.id, name=actor.name)
    return seen


def known(uow: UnitOfWork, identity: Identity) -> Known | None:
    """The member behind an identity, if anybody knows it; changes nothing."""
    return repository.by_identity(uow, identity)


def newcomer(actor: Actor, at: datetime) -> Member:
    """How somebody looks who was never here, for questions that must not make a member."""
    return Member(MemberId(0), actor.name, "UTC", zone_changed_at=None, joined_at=at)


NOBODY = -1
"""The number of a member that nobody is: the self-test's, whose transaction is always undone."""


def stand_in(uow: UnitOfWork, at: datetime) -> None:
    """Make the member that nobody is, for a transaction that will be undone."""
    repository.stand_in(uow, NOBODY, at)


def expect(uow: UnitOfWork, identity: Identity, name: str, at: datetime) -> Member:
    """The member behind an identity that somebody named; made, without having arrived, if nobody knows it."""
    found = repository.by_identity(uow, identity)
    if found is None:
        repository.create(uow, Actor(identity, name), at, arrived=False)
        found = repository.by_identity(uow, identity)
        assert found is not None
    return found.member


def found(uow: UnitOfWork, values: dict[str, Any]) -> dict[str, Any]:
    """Form values with identities replaced by the members they are; who was known when it was asked still is."""
    changed = {}
    for name, value in values.items():
        known_one = repository.by_identity(uow, value) if isinstance(value, Identity) else None
        changed[name] = known_one.member.id if known_one else value
    return changed


def has_arrived(uow: UnitOfWork, member: MemberId) -> bool:
    """Whether a member was ever here themselves."""
    return uow.run(repository.ARRIVED, member=member).scalar() is not None


def is_erased(uow: UnitOfWork, member: MemberId) -> bool:
    """Whether a member has left for good."""
    return uow.run(repository.ERASED, member=member).scalar() is not None


def note_visit(uow: UnitOfWork, found: Known, actor: Actor, at: datetime) -> None:
    """Record the first command of the member's local day, once."""
    day = local_day(at, found.member.zone)
    if found.last_day == day:
        return
    if uow.run(repository.VISIT, member=found.member.id, day=day).affected:
        _seen(uow, actor, at)
        uow.record(MemberVisited(at, found.member.id, day))


def forget_visit(uow: UnitOfWork, member_id: MemberId) -> None:
    """Let the next command be the first of the member's local day: the last came before it could count."""
    uow.run(repository.FORGET_VISIT, member=member_id)


def _seen(uow: UnitOfWork, actor: Actor, at: datetime) -> None:
    identity = actor.identity
    who = {"platform": identity.platform, "user_id": identity.user_id, "name": actor.name}
    uow.run(repository.SEEN, at=at, since=actor.since, **who)


def member(uow: UnitOfWork, member_id: MemberId, *, lock: bool = False) -> Member:
    """A member who is known to exist, if asked for as it stands once locked; whoever was merged is that other."""
    found = repository.by_id(uow, member_id, lock=lock)
    assert found is not None, "members are never deleted"
    return found


def lock(uow: UnitOfWork, *member_ids: MemberId) -> None:
    """Let who works on a member take turns. Always in the order of ids, so that two can not wait for each other."""
    for member_id in sorted(member_ids):
        uow.run(repository.LOCK, member=member_id)


def addresses(uow: UnitOfWork, member_id: MemberId) -> list[Address]:
    """Where a member can be reached, the last used first."""
    return repository.addresses(uow, member_id)


def oldest_account(uow: UnitOfWork, member_id: MemberId) -> datetime | None:
    """When the oldest of a member's accounts on platforms was made, in UTC; None: no platform of theirs tells."""
    return repository.oldest_account(uow, member_id)


def mention(uow: UnitOfWork, member_id: MemberId) -> Mention:
    """How a message names a member: with an identity, by which it is found when they are erased."""
    return mention_of(uow, member(uow, member_id))


def mention_of(uow: UnitOfWork, who: Member) -> Mention:
    """The same for a member who was read already."""
    return Mention(who.name, repository.newest_identity(uow, who.id))


def everyone(uow: UnitOfWork, member_id: MemberId) -> list[MemberId]:
    """A member and all who were merged into them: the accounts of each are this person's."""
    found = [member_id]
    for one in found:  # a list that grows while it is read
        found += [row.id for row in uow.run(repository.MERGED_INTO, member=one)]
    return found


def unreachable(uow: UnitOfWork, identity: Identity, at: datetime) -> None:
    """The platform refuses to deliver to this identity (blocked, direct messages closed), until it is seen again."""
    uow.run(repository.UNREACHABLE, platform=identity.platform, user_id=identity.user_id, at=at)


# Settings


def settings(uow: UnitOfWork, member_id: MemberId) -> MemberSettings:
    """What a member has set."""
    return repository.settings(uow, member_id)


def set_zone(uow: UnitOfWork, who: Member, zone_name: str, at: datetime, limits: MemberRules) -> None:
    """Change the time zone; the first setting is free, later ones once in 30 days. Raises `ZoneChangedRecently`."""
    now = repository.settings(uow, who.id)
    opens_at = rules.zone_change_opens_at(now.zone_changed_at, limits)
    if opens_at is not None and at < opens_at and zone_name != now.zone:
        raise ZoneChangedRecently(limits.time_zone_change_days, local_day(opens_at, now.zone).strftime("%-d %B"))
    if zone_name != now.zone:
        uow.run(repository.SET_ZONE, member=who.id, zone=zone_name, at=at)
    elif now.zone_changed_at is None:  # what was assumed is right: known from now on, and no change
        uow.run(repository.SET_ZONE, member=who.id, zone=zone_name, at=who.joined_at)


def set_quiet_hours(uow: UnitOfWork, member_id: MemberId, start: time, end: time) -> None:
    """When nothing unprompted is delivered, in local time; equal ends mean never quiet."""
    uow.run(repository.SET_QUIET, member=member_id, start=start.isoformat("minutes"), end=end.isoformat("minutes"))


def set_language(uow: UnitOfWork, member_id: MemberId, language: str) -> None:
    """What coach and agents answer in."""
    uow.run(repository.SET_LANGUAGE, member=member_id, language=language)


def turn(uow: UnitOfWork, member_id: MemberId, name: str, *, on: bool) -> None:
    """Turn a kind of notice, or gifts, on or off."""
    uow.run(repository.TURN_ON if on else repository.TURN_OFF, member=member_id, name=name)


def wants(uow: UnitOfWork, member_id: MemberId, name: str) -> bool:
    """Whether a member left something turned on."""
    return uow.run(repository.OPTED_OUT, member=member_id, name=name).first() is None


def turned_off(uow: UnitOfWork, member_id: MemberId) -> frozenset[str]:
    """All that a member turned off."""
    return frozenset(row.name for row in uow.run(repository.OPT_OUTS, member=member_id))


def ask_for(uow: UnitOfWork, member_id: MemberId, name: str, *, on: bool) -> None:
    """Turn something on that is off by default, or off again."""
    uow.run(repository.ASK_FOR if on else repository.ASK_NO_MORE, member=member_id, name=name)


def asked_for(uow: UnitOfWork, member_id: MemberId) -> frozenset[str]:
    """All that a member turned on."""
    return frozenset(row.name for row in uow.run(repository.OPT_INS, member=member_id))


# Profile


def profile(uow: UnitOfWork, member_id: MemberId) -> list[Entry]:
    """What is known about a creator, by name."""
    return repository.profile(uow, member_id)


def tell(uow: UnitOfWork, member_id: MemberId, name: str, value: str, at: datetime, *, origin: str = "own") -> None:
    """Keep one thing about a creator. Typed values are marked own."""
    uow.run(repository.SET_PROFILE, member_id=member_id, name=name, value=value, origin=origin, at=at)


def agree(uow: UnitOfWork, member_id: MemberId, what: str, at: datetime) -> None:
    """Keep that a member agreed to something that is asked once, such as the terms."""
    uow.run(repository.KEEP_PROFILE, member_id=member_id, name=f"agreed:{what}", value="yes", origin="own", at=at)


def has_agreed(uow: UnitOfWork, member_id: MemberId, what: str) -> bool:
    """Whether a member agreed to something before; whoever was merged into them counts."""
    return any(entry.name == f"agreed:{what}" for entry in repository.profile(uow, member_id))


def untell(uow: UnitOfWork, member_id: MemberId, name: str) -> None:
    """Forget one thing about a creator."""
    uow.run(repository.UNTELL, member=member_id, name=name)


# Going


def part(uow: UnitOfWork, member_id: MemberId, leaving: Identity, at: datetime, salt: "Salt") -> MemberId:
    """Let one identity become a member of its own, new and empty. Its tombstone keeps once-only grants once-only."""
    mine = repository.addresses(uow, member_id)
    (name,) = (address.name for address in mine if address.identity == leaving)
    staying = next(address.name for address in mine if address.identity != leaving)
    new = repository.make(uow, name, repository.settings(uow, member_id).language, at)
    who = {"platform": leaving.platform, "user_id": leaving.user_id}
    uow.run(repository.MOVE_IDENTITY, member=new, **who)
    uow.run(repository.RENAME, member=member_id, name=staying)
    uow.run(repository.BURY, digest=rules.tombstone(leaving, salt.value), at=at)
    uow.record(MemberParted(at, new))
    return new


def leave(uow: UnitOfWork, member_id: MemberId, at: datetime | None) -> None:
    """Set or clear the day on which a member will be erased."""
    uow.run(repository.SET_LEAVING, member=member_id, at=at)


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: the identities, profile and settings where nothing is known yet, and the opt-outs come along."""
    uow.run(repository.MOVE_IDENTITIES, kept=fact.kept, gone=fact.gone)
    _bring_settings(uow, fact)
    for entry in repository.profile(uow, fact.gone):
        uow.run(
            repository.KEEP_PROFILE,
            member_id=fact.kept,
            name=entry.name,
            value=entry.value,
            origin=entry.origin,
            at=entry.at,
        )
    for name in turned_off(uow, fact.gone):
        turn(uow, fact.kept, name, on=False)
    for name in asked_for(uow, fact.gone):
        ask_for(uow, fact.kept, name, on=True)
    _forget(uow, fact.gone)
    uow.run(repository.SET_MERGED, kept=fact.kept, gone=fact.gone)


def _bring_settings(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Zone and quiet hours that only who is gone has set. Another zone is a change now, for caps and visits too."""
    mine, theirs = repository.settings(uow, fact.kept), repository.settings(uow, fact.gone)
    if mine.zone_changed_at is None and theirs.zone_changed_at is not None:
        changed_at = theirs.zone_changed_at if theirs.zone == mine.zone else fact.at
        uow.run(repository.SET_ZONE, member=fact.kept, zone=theirs.zone, at=changed_at)
    if mine.quiet is None and theirs.quiet is not None:
        set_quiet_hours(uow, fact.kept, *theirs.quiet)


def erase(uow: UnitOfWork, fact: MemberErased, *, salt: "Salt") -> None:
    """Reaction: name, settings, profile and identities go; a salted tombstone keeps once-only grants once-only."""
    for address in repository.addresses(uow, fact.member):
        uow.run(repository.BURY, digest=rules.tombstone(address.identity, salt.value), at=fact.at)
    uow.run(repository.FORGET_IDENTITIES, member=fact.member)
    _forget(uow, fact.member)
    uow.run(repository.ERASE, member=fact.member, at=fact.at)


def _forget(uow: UnitOfWork, member_id: MemberId) -> None:
    uow.run(repository.FORGET_PROFILE, member=member_id)
    uow.run(repository.FORGET_OPT_OUTS, member=member_id)
    uow.run(repository.FORGET_OPT_INS, member=member_id)


class Salt:
    """The service's secret for tombstones; bound at wiring."""

    def __init__(self, value: bytes) -> None:
        self.value = value


def was_here(uow: UnitOfWork, member_id: MemberId, since: datetime, salt: Salt) -> bool:
    """Whether an identity of a member was somebody else's, who was erased or parted from it since an instant."""
    digests = [rules.tombstone(address.identity, salt.value) for address in repository.addresses(uow, member_id)]
    return any(uow.run(repository.BURIED_SINCE, digest=digest, since=since).first() is not None for digest in digests)


def was_erased(uow: UnitOfWork, identity: Identity, salt: Salt) -> bool:
    """Whether this identity was a member before: erased, or parted from the member it was."""
    return uow.run(repository.BURIED, digest=rules.tombstone(identity, salt.value)).first() is not None
