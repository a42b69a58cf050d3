"""Creators' accounts on other platforms: who proved which one, and what was read of them, when and how exactly."""
