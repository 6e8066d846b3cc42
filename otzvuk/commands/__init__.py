"""Commands, one module each; the order is that of `otzvuk --help`."""

from types import ModuleType

from otzvuk.commands import (
    alerts,
    backtest,
    config,
    crawl,
    dead_letters,
    demo,
    doctor,
    entities,
    extract,
    import_,
    notify,
    schemas,
    score,
    topics,
    up,
)

COMMANDS: tuple[ModuleType, ...] = (
    demo, up, config, schemas, topics,
    import_, crawl, entities, extract, score,
    alerts, backtest, notify,
    dead_letters, doctor,
)  # fmt: skip
