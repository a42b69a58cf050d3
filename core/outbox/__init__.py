"""Say it later: announcements are written in the transaction that causes them and delivered after it."""
