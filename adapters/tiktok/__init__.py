"""TikTok: figures of an account and its public posts by the Display API v2, the proof of it by Login Kit v2.

Everything is read with the member's own token, so that one account is one question. Lives are not offered: no official
interface tells of them. Cover pictures are never asked for: their addresses die within hours.
"""

from adapters.tiktok.client import make
from adapters.tiktok.source import TikTok

__all__ = ["TikTok", "make"]
