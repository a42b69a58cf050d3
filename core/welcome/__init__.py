"""The first minute, and finding one's way: `/start` and `/help`."""
