"""Asks: answers that cost, from what a member told, wrote down and connected."""
