"""Rules for the components of messages, of both generations, and the walk through a tree of them."""

from typing import Any

from tests.fakes.discord.errors import Fault, Json, Path
from tests.fakes.discord.lengths import between, most

ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = (
    1,
    2,
    3,
    9,
    10,
    11,
    12,
    13,
    14,
    17,
)
SELECTS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6
ROWS_MAX = 5
TOP = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
V2_COMPONENTS_MAX = 40
V2_TEXT_MAX = 4000
MEDIA = frozenset({"media", "file", "items"})
"""Where a component names a file."""
SINGLES = ("accessory", "component")

Part = tuple[Path, Json]
"""A component and where it stands."""


def walk(components: list[Json], at: Path = ("components",)) -> list[Part]:
    """Every component with its path, parents first."""
    parts: list[Part] = []
    for index, component in enumerate(components):
        path = (*at, index)
        parts.append((path, component))
        if inside := component.get("components"):
            parts += walk(inside, (*path, "components"))
        parts += [((*path, single), component[single]) for single in SINGLES if component.get(single)]
    return parts


def choices(at: Path, allowed: tuple[int, ...]) -> Fault:
    """This type may not stand here."""
    return ((*at, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {allowed!r}.')


def legacy_faults(components: list[Json]) -> list[Fault]:
    """What is wrong with rows of buttons and selects."""
    faults: list[Fault] = []
    if len(components) > ROWS_MAX:
        words = f"Must be between 1 and {ROWS_MAX} in length."
        faults.append((("components",), "BASE_TYPE_BAD_LENGTH", words))
    for index, component in enumerate(components):
        at: Path = ("components", index)
        if component.get("type") != ROW:
            faults.append(choices(at, (ROW,)))
        else:
            faults += row_faults(at, component)
    return faults


def row_faults(at: Path, row: Json) -> list[Fault]:
    """Five buttons, or one select."""
    children = row.get("components") or []
    faults: list[Fault] = []
    if not 1 <= len(children) <= 5:
        faults.append(((*at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."))
    kinds = [child.get("type") for child in children]
    if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
        words = "The specified component exceeds the maximum width"
        faults.append(((*at, "components", 1), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words))
    for index, child in enumerate(children):
        path = (*at, "components", index)
        if child.get("type") == BUTTON:
            faults += button_faults(path, child)
        elif child.get("type") in SELECTS:
            faults += select_faults(path, child)
        else:
            faults.append(choices(path, (BUTTON, *SELECTS)))
    return faults


def button_faults(at: Path, button: Json) -> list[Fault]:
    """Label, custom id or address."""
    faults = most((*at, "label"), button.get("label"), 80)
    style = button.get("style")
    if style == LINK:
        faults += between((*at, "url"), button.get("url"), 1, 512)
        if button.get("custom_id"):
            words = "A custom id and url cannot both be specified"
            faults.append(((*at, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", words))
    elif style != PREMIUM:
        faults += between((*at, "custom_id"), button.get("custom_id"), 1, 100)
        if button.get("url"):
            faults.append(((*at, "url"), "BUTTON_COMPONENT_INVALID_URL", "Only link buttons have a url"))
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        words = "A button must have a label or an emoji"
        faults.append((at, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", words))
    return faults


def select_faults(at: Path, select: Json) -> list[Fault]:
    """Custom id, placeholder, 1 to 25 options."""
    faults = between((*at, "custom_id"), select.get("custom_id"), 1, 100)
    faults += most((*at, "placeholder"), select.get("placeholder"), 150)
    if select.get("type") != SELECT:
        return faults
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        faults.append(((*at, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length."))
    seen: set[Any] = set()
    for index, option in enumerate(options):
        path = (*at, "options", index)
        faults += between((*path, "label"), option.get("label"), 1, 100)
        faults += between((*path, "value"), option.get("value"), 1, 100)
        faults += most((*path, "description"), option.get("description"), 100)
        if option.get("value") in seen:
            words = "The specified option value is already used"
            faults.append(((*path, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", words))
        seen.add(option.get("value"))
    # Null stands for Discord's own value, which is 1.
    least, top = (1 if select.get(key) is None else select[key] for key in ("min_values", "max_values"))
    if least > top or (len(options) and top > len(options)):
        words = f"Must be between {least} and {len(options)}"
        faults.append(((*at, "max_values"), "NUMBER_TYPE_MAX", words))
    return faults


def v2_faults(components: list[Json], parts: list[Part]) -> list[Fault]:
    """What is wrong with a layout and all its parts: places, 40 components, 4000 characters of text in all."""
    faults: list[Fault] = []
    for index, component in enumerate(components):
        faults += layout_faults(("components", index), component, TOP)
    if len(parts) > V2_COMPONENTS_MAX:
        words = f"The total number of components cannot exceed {V2_COMPONENTS_MAX}"
        faults.append((("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words))
    if sum([len(part.get("content") or "") for _, part in parts if part.get("type") == TEXT]) > V2_TEXT_MAX:
        words = f"Total displayable text size exceeds maximum size of {V2_TEXT_MAX}"
        faults.append((("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words))
    return faults


def layout_faults(at: Path, component: Json, allowed: tuple[int, ...]) -> list[Fault]:
    """What is wrong with one component of a layout and those inside it."""
    kind = component.get("type")
    if kind not in allowed:
        return [choices(at, allowed)]
    if kind == ROW:
        return row_faults(at, component)
    if kind == SECTION:
        return section_faults(at, component)
    if kind == TEXT:
        return between((*at, "content"), component.get("content"), 1, V2_TEXT_MAX)
    if kind == GALLERY and not 1 <= len(component.get("items") or []) <= 10:
        return [((*at, "items"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")]
    if kind == CONTAINER:
        inside = component.get("components") or []
        if not inside:
            return [((*at, "components"), "BASE_TYPE_REQUIRED", "This field is required")]
        return [
            fault
            for index, child in enumerate(inside)
            for fault in layout_faults((*at, "components", index), child, IN_CONTAINER)
        ]
    return []


def section_faults(at: Path, section: Json) -> list[Fault]:
    """One to three texts beside a button or a thumbnail."""
    texts = section.get("components") or []
    faults: list[Fault] = []
    if not 1 <= len(texts) <= 3:
        faults.append(((*at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length."))
    for index, text in enumerate(texts):
        faults += layout_faults((*at, "components", index), text, (TEXT,))
    accessory = section.get("accessory") or {}
    if accessory.get("type") == BUTTON:
        return faults + button_faults((*at, "accessory"), accessory)
    if accessory.get("type") != THUMBNAIL:
        faults.append(choices((*at, "accessory"), (BUTTON, THUMBNAIL)))
    return faults
