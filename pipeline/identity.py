"""What makes a review itself: ids that every worker computes alike, and the hash of its content."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from pipeline.records import Review


def digest(*parts: object) -> str:
    """32 hex digits of BLAKE2b over the parts, unambiguous in their borders."""
    payload = msgspec.json.encode([None if part is None else str(part) for part in parts])
    return hashlib.blake2b(payload, digest_size=16).hexdigest()


def native_review_id(source: str, native_id: str) -> str:
    """Id of a review whose source gives it one."""
    return f"{source}:{native_id}"[:512]


def digest_review_id(source: str, *parts: object) -> str:
    """Id of a review without a native one, from what does not change when it is edited."""
    return f"{source}:~{digest(source, *parts)}"


def content_hash(fields: dict[str, Any]) -> str:
    """Digest of the written content of a review, given its constructor arguments."""
    replies = fields.get("replies") or ()
    return digest(
        fields.get("rating"),
        fields.get("title") or "",
        fields.get("text") or "",
        fields.get("pros") or "",
        fields.get("cons") or "",
        fields.get("recommends"),
        fields.get("verified_purchase"),
        *(reply.text for reply in replies),
    )


def make_review(**fields: Any) -> Review:
    """Build a validated Review, computing its content hash.

    Raises msgspec.ValidationError when a value is impossible.
    """
    fields["content_hash"] = content_hash(fields)
    return msgspec.convert(msgspec.to_builtins(fields, builtin_types=(bytes,)), Review, strict=True)


def normalised_text(text: str) -> str:
    """Letters and digits alone, case and ё folded, single spaces: equal for a retyped copy."""
    folded = text.casefold().replace("ё", "е")
    return " ".join(re.findall(r"\w+", folded))


def text_hash(text: str) -> str:
    """Digest of the normalised text; equal texts give equal hashes whoever wrote them."""
    return digest(normalised_text(text))


def author_key(review: Review) -> str | None:
    """Key of the author within the source; None for an anonymous review."""
    handle = review.author.id or review.author.name
    return f"{review.source}|{handle}" if handle else None
