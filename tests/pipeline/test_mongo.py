"""The store's door names what is wrong with an address without telling the password."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError
from pipeline.mongo import INDEXES, Store, connect
from pipeline.settings import redact


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://user:s3c@r3t@localhost/",
        "mongodb://user:s3c/r3t@localhost/",
        "mongodb://user:s3cr3t@localhost:99999/",
        "mongo://user:s3cr3t@localhost/",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(uri: str) -> None:
    with pytest.raises(ConfigurationError, match="store:") as caught:
        connect(uri, "otzvuk")
    assert "r3t" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert "r3t" not in redact(uri)


def test_every_declared_index_is_there(store: Store) -> None:
    for index in INDEXES:
        assert index.name in store[index.collection].index_information()
