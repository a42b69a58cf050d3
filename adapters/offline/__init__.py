"""What stands in where there is no network or no key: the scripted model (`model.py`), and made-up creators.

`DemoSource` makes up creators for the local chat and for demonstrations. Every figure is a function of the account's
id and the instant alone: travelling in time and reading again give the same number at the same instant, on every
machine. What is typed is `demo-KIND` or `demo-KIND-NAME` (`demo-` may be left out, a name parts two people on the same
day); what is found carries the day on which it was found, and its story is told from that day on:

| kind | from the day on which it was found | a challenge ends as |
|---|---|---|
| `fast` | two posts a day, each week far better than the one before | full success |
| `steady` | a post or two every day, about 16 followers a day, as before | partial success |
| `shrinking` | a post every day, some followers leave daily | partial success that uses nothing up |
| `idle` | posted daily until then, never again | broken commitment |
| `hidden` | turns private from the third day on | broken commitment |
| `away` | gives no answer from the third day on | failure of the platform |

First posts of a day come out between 11:00 and 14:00 UTC, so that one day's is not the next day's in nearly all zones.
An id written by hand without a day counts as found on 1 March 2026.
"""

from adapters.offline.source import DemoSource, make

__all__ = ["DemoSource", "make"]
