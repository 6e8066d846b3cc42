"""What the lines beside a review tell of a reviewer of business software."""

from __future__ import annotations

import pytest

from crawlers.parsing.b2b_people import Facts, confirmed_by, facts_of, shown_name


@pytest.mark.parametrize(
    ("line", "size", "industry", "company"),
    [
        ("Mid-Market(51-1000 emp.)", "51-1000 emp.", "", ""),
        ("Small-Business (50 or fewer emp.)", "50 or fewer emp.", "", ""),
        ("Enterprise(> 1000 emp.)", "> 1000 emp.", "", ""),
        ("Internet, 11-50 employees", "11-50 employees", "Internet", ""),
        ("Tea Ltd (Food, 10,001+ employees)", "10,001+ employees", "Food", "Tea Ltd"),
        ("Self-employed", "Self-employed", "", ""),
        ("We have 3 kettles", "", "", ""),
    ],
)
def test_size_trade_and_company(line: str, size: str, industry: str, company: str) -> None:
    found = facts_of([line])
    assert (found.company_size, found.industry, found.company) == (size, industry, company)


def test_the_line_under_the_name_is_the_role_unless_it_is_another_fact() -> None:
    assert facts_of(["Inna P.", "Head of Support", "1-10 employees"], "Inna P.").role == (
        "Head of Support"
    )
    assert facts_of(["Inna P.", "1-10 employees"], "Inna P.").role == ""
    assert facts_of(["Inna P.", "x", "Job title: Owner"], "Inna P.").role == "Owner"


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("Used the software for: 1-2 years", "1-2 years"),
        ("2 years of experience using Kettle", "2 years"),
        ("I used it for years", ""),
    ],
)
def test_how_long_it_was_used(line: str, period: str) -> None:
    assert facts_of([line]).usage_period == period


def test_how_the_identity_was_confirmed() -> None:
    assert confirmed_by("Verified through LinkedIn") == "professional network"
    assert confirmed_by("Validated Reviewer") == "validated reviewer"
    assert confirmed_by("LinkedIn profile verified") == "professional network"
    assert confirmed_by("A reviewer\nShare on LinkedIn") == ""
    assert facts_of(["Verified Current User"]).is_current_user
    assert facts_of([]) == Facts()


def test_unnamed_people_are_nobody_and_tell_their_trade() -> None:
    assert shown_name("Verified Reviewer") is None
    assert shown_name("Verified User in Retail") is None
    assert shown_name("Inna P.") == "Inna P."
    assert facts_of(["Verified User in Retail"]).industry == "Retail"
