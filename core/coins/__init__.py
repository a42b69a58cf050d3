"""Coins: the daily visit and its streak, and the wallet."""
