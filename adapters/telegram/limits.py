"""What the Bot API bounds, each with the page it comes from, and the paces that we chose."""

from typing import Final

TEXT_MAX: Final = 4096
"""Characters of a message after its entities are parsed, counted here in UTF-16 units, which are never fewer.
https://core.telegram.org/bots/api#sendmessage"""
CAPTION_MAX: Final = 1024
"""Characters of a caption. https://core.telegram.org/bots/api#sendphoto"""
ENTITIES_MAX: Final = 100
"""Entities of a message; the rest is dropped without a word.
https://core.telegram.org/api/entities"""
CALLBACK_DATA_BYTES_MAX: Final = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton"""
BUTTONS_MAX: Final = 100
"""Buttons of a keyboard (not published; https://limits.tginfo.me/en)."""
BUTTON_LABEL_MAX: Final = 64
"""Characters of a label: not bounded by the platform, but nobody's phone shows more."""
ROW_MAX: Final = 3
"""Buttons of a row; the platform takes 8, a phone shows 3. https://limits.tginfo.me/en"""
ROW_CHARACTERS_MAX: Final = 28
"""Characters of all labels of a row, so that a phone cuts none of them."""
OPTIONS_A_PAGE: Final = 8
"""Options of a choice at once: a keyboard that leaves the question in sight."""
FOUND_MAX: Final = 25
"""Options that a search shows; as many as the core looks for."""
TOAST_MAX: Final = 200
"""Characters of the answer to a press. https://core.telegram.org/bots/api#answercallbackquery"""
PLACEHOLDER_MAX: Final = 64
"""Characters in the input field. https://core.telegram.org/bots/api#forcereply"""
COMMANDS_MAX: Final = 100
"""https://core.telegram.org/bots/api#setmycommands"""
COMMAND_NAME_MAX: Final = 32
"""https://core.telegram.org/bots/api#botcommand"""
COMMAND_DESCRIPTION_MAX: Final = 256
"""https://core.telegram.org/bots/api#botcommand"""
START_PAYLOAD_MAX: Final = 64
"""Of A-Z, a-z, 0-9, _ and -. https://core.telegram.org/bots/features#deep-linking"""
PHOTO_BYTES_MAX: Final = 10_000_000
"""Larger pictures travel as documents. https://core.telegram.org/bots/api#sendphoto"""
NAME_MAX: Final = 64
"""Characters of a name in a line; the same as the core keeps."""
METER_CELLS: Final = 12
"""Cells of a meter's bar: half a line of a phone."""

POLL_S: Final = 50
"""Seconds that an empty long poll stays open; the platform's most.
https://core.telegram.org/bots/api#getupdates"""
POLL_AGAIN_S: Final = 1
"""The same after a failure."""
POLL_GRACE_S: Final = 10.0
"""Seconds beyond it before a poll counts as lost."""
RETRY_FIRST_S: Final = 1.0
"""Seconds before the first try again after a broken connection; doubled each time."""
RETRY_MOST_S: Final = 30.0
"""Seconds at most between tries."""
CONFLICT_S: Final = 5.0
"""Seconds before asking again when another process polls: it holds the further refusals for 3 (seen).
https://github.com/tdlib/telegram-bot-api"""
SEND_TRIES_MAX: Final = 8
"""How often a call that certainly did nothing is made, beside what a 429 asks for: a minute and a half in all."""
PRESS_GRACE_S: Final = 1.5
"""Seconds that a press waits for its outcome, to be answered by it. How long a press can be answered is not published;
about 15 have been seen."""
TYPING_S: Final = 4.5
"""Seconds between typing signs, each of which lasts 5. https://core.telegram.org/bots/api#sendchataction"""
DRAFT_PACE_S: Final = 1.1
"""Seconds between drafts: a message a second in a chat.
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
EDIT_PACE_S: Final = 3.1
"""Seconds between edits in a group: 20 messages a minute, from the same page."""
WEBHOOK_CONNECTIONS: Final = 40
"""Side by side. https://core.telegram.org/bots/api#setwebhook"""
CONNECTIONS_MAX: Final = 64
"""Requests of ours side by side: more wait for a connection."""
CONNECT_S: Final = 5.0
"""Seconds to wait for a connection: a free one, or a new one."""
READ_S: Final = 5.0
"""Seconds that an answer may take once a request was sent."""
SEND_S: Final = 30.0
"""Seconds beyond that for all of it, files included."""
KEPT_OPEN_S: Final = 5.0
"""Seconds that an idle connection is kept: what the other side may have closed already is not written to."""
FLIGHTS_BYTES_MAX: Final = 1_000_000
"""Bytes after which the file of what has left begins anew, some 40,000 answers; the one before is kept."""
DRAIN_S: Final = 5.0
"""Seconds that events in hand have to be answered at the end; the rest is answered by the next start."""
MET_MAX: Final = 10_000
"""Usernames remembered; two megabytes."""
