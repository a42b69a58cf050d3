"""Telegram: the six files of every platform, and what is its own (texts with entities, keyboards, lanes).

Import it only where it is enabled: the vendor's library takes its time.
"""
