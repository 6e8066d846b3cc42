"""Names that are no names: a thousand people share "Anonymous", and no author profile may."""

from __future__ import annotations

import re

_NOBODY = re.compile(
    r"(?:null|none|undefined|n/?a|[-—–.*?_]+|author|автор|name|имя"
    r"|anonym(?:ous|e|us|o)?|анон(?:им(?:но|ный)?)?(?: пользователь)?|аноним\w*"
    r"|guest(?: user)?|гость|gast|invité|visitor|посетитель"
    r"|(?:a |an |verified )?(?:customer|buyer|user|reviewer|shopper|google user|amazon customer"
    r"|kindle customer|trustpilot user)"
    r"|покупатель|пользователь|клиент|пользователь (?:скрыл|предпочел|предпочёл).*"
    r"|(?:\w+ ){1,3}member)",
    re.I,
)


def is_nobody(name: str) -> bool:
    """Whether a shown name stands for no particular person."""
    return _NOBODY.fullmatch(name.strip()[:100]) is not None
