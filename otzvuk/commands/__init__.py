"""Commands, one module each; the table is what `otzvuk --help` shows."""

COMMANDS: tuple[str, ...] = ()
