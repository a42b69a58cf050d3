"""Contracts on the books: how each stands, what time and the world do to it, and where each coin goes."""
