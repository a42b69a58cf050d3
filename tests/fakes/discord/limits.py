"""The rules for messages, forms and choices that Discord's OpenAPI file leaves out, as pure functions.

Each returns the faults it found; errors.nested turns them into Discord's answer.
"""

from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.components import MEDIA, Part, legacy_faults, select_faults, v2_faults, walk
from tests.fakes.discord.errors import Fault, Json, Path
from tests.fakes.discord.lengths import between, most, required

CONTENT_MAX = 2000
EMBEDS_MAX = 10
EMBEDS_TEXT_MAX = 6000
EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
CHOICES_MAX = 25
FILES_MAX = 10
MODAL_COMPONENTS_MAX = 5
LEGACY = ("content", "embeds", "poll", "sticker_ids", "stickers")
# What a Label may hold: string select, text input, the entity selects, file upload, radio, checkboxes.
LABELLED = (3, 4, 5, 6, 7, 8, 19, 21, 22, 23)

EMBED_TEXTS = (("title", 256), ("description", 4096))
EMBED_PARTS = (("footer", "text", 2048), ("author", "name", 256))


def is_v2(body: Json) -> bool:
    """The body asks for components v2."""
    return bool((body.get("flags") or 0) & COMPONENTS_V2)


def is_empty(body: Json, files: int) -> bool:
    """There is nothing that a person would see."""
    shown = any(body.get(key) for key in ("content", "embeds", "components", "sticker_ids", "poll"))
    return not shown and not files


def message_faults(body: Json, *, v2: bool, files: tuple[str, ...] = ()) -> list[Fault]:
    """What is wrong with a message, an edit or the data of a callback."""
    faults = most(("content",), body.get("content"), CONTENT_MAX)
    faults += embed_faults(body.get("embeds") or [])
    if len(files) > FILES_MAX:
        faults += [(("attachments",), "BASE_TYPE_MAX_LENGTH", f"Must be {FILES_MAX} or fewer in length.")]
    components = body.get("components") or []
    parts = walk(components)
    if v2:
        faults += [
            (
                (),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"{key} cannot be used with v2 components",
            )
            for key in LEGACY
            if body.get(key)
        ]
        faults += v2_faults(components, parts)
    else:
        faults += legacy_faults(components)
    faults += duplicate_faults(parts)
    faults += attachment_faults(parts, (*files, *named_attachments(body)))
    return faults


def named_attachments(body: Json) -> Iterator[str]:
    for attachment in body.get("attachments") or []:
        if attachment.get("filename"):
            yield attachment["filename"]


def embed_faults(embeds: list[Json]) -> list[Fault]:
    """What is wrong with the embeds, alone and together."""
    faults: list[Fault] = []
    if len(embeds) > EMBEDS_MAX:
        faults.append((("embeds",), "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS_MAX} or fewer in length."))
    for index, embed in enumerate(embeds):
        at: Path = ("embeds", index)
        for key, limit in EMBED_TEXTS:
            faults += most((*at, key), embed.get(key), limit)
        for part, key, limit in EMBED_PARTS:
            faults += most((*at, part, key), (embed.get(part) or {}).get(key), limit)
        fields = embed.get("fields") or []
        if len(fields) > 25:
            faults.append(((*at, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."))
        for number, field in enumerate(fields):
            for key, limit in (("name", 256), ("value", 1024)):
                faults += required((*at, "fields", number, key), field.get(key))
                faults += most((*at, "fields", number, key), field.get(key), limit)
    if sum(map(embed_size, embeds)) > EMBEDS_TEXT_MAX:
        words = f"Embed size exceeds maximum size of {EMBEDS_TEXT_MAX}"
        faults.append((("embeds",), "MAX_EMBED_SIZE_EXCEEDED", words))
    return faults


def embed_size(embed: Json) -> int:
    """The characters that count towards the sum of all embeds."""
    texts = [embed.get(key) for key, _ in EMBED_TEXTS]
    texts += [(embed.get(part) or {}).get(key) for part, key, _ in EMBED_PARTS]
    texts += [field.get(key) for field in embed.get("fields") or [] for key in ("name", "value")]
    return sum(len(text or "") for text in texts)


def duplicate_faults(parts: list[Part]) -> list[Fault]:
    """Custom ids and numbers that stand twice."""
    faults: list[Fault] = []
    custom: set[Any] = set()
    numbers: set[Any] = set()
    for path, component in parts:
        name = component.get("custom_id")
        if name is not None and name in custom:
            words = "Component custom id cannot be duplicated"
            faults.append(((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", words))
        custom.add(name)
        number = component.get("id")
        if number and number in numbers:
            faults.append(((*path, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated"))
        numbers.add(number)
    return faults


def attachment_faults(parts: list[Part], files: tuple[str, ...]) -> list[Fault]:
    """Media that name a file which was not sent."""
    faults: list[Fault] = []
    for path, component in parts:
        if not component.keys() & MEDIA:
            continue
        media = [((*path, key), component.get(key)) for key in ("media", "file")]
        media += [
            ((*path, "items", n, "media"), item.get("media")) for n, item in enumerate(component.get("items") or [])
        ]
        for at, item in media:
            url = (item or {}).get("url") or ""
            if url.startswith("attachment://") and url.removeprefix("attachment://") not in files:
                code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
                faults.append(((*at, "url"), code, "The referenced attachment was not found."))
    return faults


def choice_faults(data: Json) -> list[Fault]:
    """What is wrong with the answer to an autocomplete."""
    choices = data.get("choices") or []
    faults: list[Fault] = []
    if len(choices) > CHOICES_MAX:
        faults.append((("choices",), "BASE_TYPE_MAX_LENGTH", f"Must be {CHOICES_MAX} or fewer in length."))
    for index, choice in enumerate(choices):
        faults += between(("choices", index, "name"), choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str):
            faults += most(("choices", index, "value"), choice["value"], 100)
    return faults


def modal_faults(data: Json) -> list[Fault]:
    """What is wrong with a form."""
    faults = between(("title",), data.get("title"), 1, 45)
    faults += between(("custom_id",), data.get("custom_id"), 1, 100)
    components = data.get("components") or []
    if not 1 <= len(components) <= MODAL_COMPONENTS_MAX:
        words = f"Must be between 1 and {MODAL_COMPONENTS_MAX} in length."
        faults.append((("components",), "BASE_TYPE_BAD_LENGTH", words))
    for index, component in enumerate(components):
        faults += form_part_faults(("components", index), component)
    return faults + duplicate_faults(walk(components))


def form_part_faults(at: Path, component: Json) -> list[Fault]:
    kind = component.get("type")
    if kind == 18:
        faults = between((*at, "label"), component.get("label"), 1, 45)
        faults += most((*at, "description"), component.get("description"), 100)
        inner = component.get("component") or {}
        if inner.get("type") not in LABELLED:
            return [*faults, union((*at, "component", "type"), LABELLED)]
        return faults + input_faults((*at, "component"), inner, labelled=True)
    if kind == 1:
        inputs = component.get("components") or []
        if len(inputs) != 1:
            return [((*at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 1 in length.")]
        if inputs[0].get("type") != 4:
            return [union((*at, "components", 0, "type"), (4,))]
        return input_faults((*at, "components", 0), inputs[0], labelled=False)
    if kind == 10:
        return between((*at, "content"), component.get("content"), 1, 4000)
    return [union((*at, "type"), (1, 10, 18))]


def input_faults(at: Path, field: Json, *, labelled: bool) -> list[Fault]:
    faults = between((*at, "custom_id"), field.get("custom_id"), 1, 100)
    if field.get("type") == 3:
        return select_faults(at, field)
    if field.get("type") != 4:
        return faults
    if not labelled:
        faults += between((*at, "label"), field.get("label"), 1, 45)
    faults += most((*at, "placeholder"), field.get("placeholder"), 100)
    longest = field.get("max_length") or 4000
    faults += most((*at, "value"), field.get("value"), longest)
    if longest > 4000:
        faults.append(((*at, "max_length"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 4000."))
    if (field.get("min_length") or 0) > longest:
        faults.append(((*at, "min_length"), "BASE_TYPE_BAD_LENGTH", "min_length must be less than max_length"))
    return faults


def union(at: Path, choices: tuple[int, ...]) -> Fault:
    return (at, "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {choices!r}.')
