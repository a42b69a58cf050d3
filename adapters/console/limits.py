"""What the local chat bounds. A terminal has few limits of its own: these keep a screen readable."""

from typing import Final

PLAIN_WIDTH: Final = 80
"""Columns where there is no terminal: fixed, so that a recorded session is the same everywhere."""
PANEL_WIDTH_MAX: Final = 100
"""Columns of a panel on a wide terminal: longer lines are hard to read."""
NAME_MAX: Final = 64
"""Characters of a member's name; the same as the core keeps of somebody who was only named."""
BUTTONS_MAX: Final = 99
"""Numbered choices of one message: two digits to type."""
BUTTON_LABEL_MAX: Final = 80
"""Characters of a button's label; Discord's bound, so that nothing looks right here alone."""
OPTIONS_MAX: Final = 25
"""Numbered options of one field: one screen; a longer source is completed with the Tab key."""
OPTION_LABEL_MAX: Final = 100
"""Characters of an option's label; Discord's bound."""
METER_CELLS: Final = 20
"""Cells of a meter's bar."""
LINE_MAX: Final = 20_000
"""Characters of one typed line: five times the longest text a form takes; the rest is dropped."""
FILE_NAME_MAX: Final = 100
"""Characters of a saved file's name: with a number it stays below the 255 bytes of file systems."""
HISTORY_MAX: Final = 1000
"""Lines that the arrow keys remember."""
TICK_S: Final = 1.0
"""Seconds between looks at what is due while nobody types; the same pace as `[schedule] tick_s`."""
COMPLETION_WAIT_S: Final = 2.0
"""Seconds that the Tab key waits for a field's options; after that it offers nothing."""
