"""One person on two platforms: a code, two agreements, a day to think again, one member."""
