"""Earnings: one rule for every coin and credit that is earned, the daily visit apart."""
