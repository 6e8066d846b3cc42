"""Places of Google Maps are named in four ways that lead to one."""

from __future__ import annotations

import pytest

from crawlers.parsing.google_maps_places import (
    feature_of,
    is_google,
    list_address,
    place_id_of,
    token_of,
)

FEATURE = "0x14e732fd76f0d90d:0xe5415928d6702b47"
PLACE_ID = "ChIJDdnwdv0y5xQRRytw1ihZQeU"


def test_a_place_id_is_both_halves_of_the_feature_id() -> None:
    assert feature_of(f"https://www.google.com/maps?place_id={PLACE_ID}") == FEATURE
    assert place_id_of(f"https://www.google.com/maps/place/a/data=!1s{FEATURE}") == PLACE_ID


def test_a_number_is_the_second_half_alone() -> None:
    url = "https://maps.google.com/?cid=16520129893487766343"
    assert feature_of(url) == f"0x0:{16520129893487766343:#x}"
    assert place_id_of(url) == ""


@pytest.mark.parametrize("place_id", ["ChIJ", "!!!", "A" * 27, ""])
def test_what_is_no_place_id_names_nothing(place_id: str) -> None:
    assert feature_of(f"https://www.google.com/maps?place_id={place_id}") == ""


def test_a_token_comes_back_out_of_its_address() -> None:
    address = list_address(FEATURE, "ru", "Ab=/+:1!x")
    assert token_of(address) == "Ab=/+:1!x"
    assert feature_of(address) == FEATURE
    assert token_of(list_address(FEATURE, "../ru")) == ""


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://www.google.co.uk/maps", True),
        ("https://maps.google.ru/", True),
        ("https://google.example.com/", False),
        ("https://notgoogle.com/", False),
    ],
)
def test_national_sites_of_google(url: str, is_own: bool) -> None:  # a case
    assert is_google(url) is is_own
