"""YouTube: public figures of channels and videos by the Data API v3, the proof of a channel by code or by sign-in.

Figures are read with the operator's key, also those of a channel whose owner signed in: the numbers are the same for
everybody (followers are rounded for the owner too), and fifty channels cost what one costs. A sign-in is the proof of
who owns the channel; that it still stands is seen when it is refreshed.

A premiere looks like a live broadcast here: the interface does not tell them apart.
"""

from adapters.youtube.client import make
from adapters.youtube.source import YouTube

__all__ = ["YouTube", "make"]
