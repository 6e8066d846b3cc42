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
    explain,
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
    demo, up, config, schemas, topics, store,
    import_, crawl, entities, extract, score,
    query, stats, explain,
    alerts, backtest, notify,
    audit, dead_letters, doctor,
)  # fmt: skip
