"""Commands, one module each; the order is that of `otzvuk --help`."""

from types import ModuleType

from otzvuk.commands import schemas

COMMANDS: tuple[ModuleType, ...] = (schemas,)
