"""Commands, one module each; the order is that of `otzvuk --help`."""

from types import ModuleType

from otzvuk.commands import (
    alerts,
    audit,
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
    query,
    schemas,
    score,
    stats,
    store,
    topics,
    up,
)

COMMANDS: tuple[ModuleType, ...] = (
    demo, up, config, schemas, topics,
    import_, crawl, entities, extract, score,
    alerts, backtest, notify,
    query, stats,
    dead_letters, audit, store, doctor,
)  # fmt: skip
