"""What Discord takes, each with the page it comes from; and our own pace."""

from typing import Final

# Messages: https://discord.com/developers/docs/components/reference
TEXT_MAX: Final = 4000
"""Characters of all text displays of one message together."""
COMPONENTS_MAX: Final = 40
"""Components of one message, nested ones too."""
ROW_MAX: Final = 5
"""Buttons side by side."""
BUTTONS_MAX: Final = 25
"""Buttons of one message: five rows, as every client shows them."""
BUTTON_LABEL_MAX: Final = 80
ALT_MAX: Final = 1024
"""https://discord.com/developers/docs/components/reference#media-gallery"""
LINK_MAX: Final = 512
"""https://discord.com/developers/docs/components/reference#button"""
FILES_MAX: Final = 10
"""https://discord.com/developers/docs/resources/message#create-message"""
EPHEMERAL: Final = 1 << 6
COMPONENTS_V2: Final = 1 << 15
"""https://discord.com/developers/docs/resources/message#message-object-message-flags"""
NONCE_MAX: Final = 25
"""https://discord.com/developers/docs/resources/message#create-message"""

# Forms: https://discord.com/developers/docs/interactions/receiving-and-responding (modal), .../components/reference
MODAL_FIELDS_MAX: Final = 5
MODAL_TITLE_MAX: Final = 45
LABEL_MAX: Final = 45
DESCRIPTION_MAX: Final = 100
PLACEHOLDER_MAX: Final = 100
INPUT_MAX: Final = 4000
OPTIONS_MAX: Final = 25
OPTION_MAX: Final = 100

# Commands: https://discord.com/developers/docs/interactions/application-commands
COMMANDS_MAX: Final = 100
COMMAND_SIZE_MAX: Final = 8000
"""Characters of a command's names, descriptions and values together."""
OPTION_TEXT_MAX: Final = 6000
TYPED_MAX: Final = 3
"""Required fields that are pleasant to give in the command line; with more of them a form opens instead. Ours."""
MANAGE_GUILD: Final = 1 << 5
"""https://discord.com/developers/docs/topics/permissions"""

# Time: https://discord.com/developers/docs/interactions/receiving-and-responding
DEFER_AFTER_S: Final = 1.5
"""Discord gives 3 s for the first answer; half of it is left for the way there."""
STREAM_PACE_S: Final = 1.2
"""Seconds between two edits: five requests in two seconds are allowed, and eyes do not read faster."""
RATE_PATIENCE_S: Final = 30.0
"""A longer wait goes back to the outbox, which has time; discord.py takes no less than 30."""
DRAIN_S: Final = 5.0
"""How long a stop waits for answers in hand; the program gives each part 8 s."""

# Error codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_USER: Final = 10013
UNKNOWN_WEBHOOK: Final = 10015
UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
CLOSED_DM: Final = 50007
INVALID_TOKEN: Final = 50027
INVALID_RECIPIENT: Final = 50033
NO_MUTUAL_GUILD: Final = 50278
GONE: Final = frozenset({UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_TOKEN})
"""An interaction that can not be answered any more."""
UNREACHABLE: Final = frozenset({CLOSED_DM, NO_MUTUAL_GUILD, INVALID_RECIPIENT, UNKNOWN_USER})
"""Somebody to whom direct messages do not go."""

METER_CELLS: Final = 12
NAME_MAX: Final = 64
"""Characters of a member's name; the same as the core keeps."""
CHANNELS_MAX: Final = 10_000
"""Direct message channels that are remembered, so that an announcement costs one call instead of two."""
