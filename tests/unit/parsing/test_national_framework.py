"""Citations of the national framework, as recommendations print them."""

import pytest

from assets.parsing.grammar.national_framework import Citations, read_citations


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("The quality of plans. (outcome 1, national framework)", Citations((1,))),
        ("… (outcomes 1 and 3, national framework)", Citations((1, 3))),
        ("… (outcomes 1, 2 and 4, national framework)", Citations((1, 2, 4))),
        ("… (Outcome four, National Framework)", Citations((4,))),
        ("… (outcomes one & three, national framework)", Citations((1, 3))),
        ("… (National Framework, Outcome 2)", Citations((2,))),
        ("… (National Framework outcome four).", Citations((4,))),
        ("… (outcome 1, national framework) and more (outcome 3, national framework)", Citations((1, 3))),
        ("… (Outcome three)", Citations((3,))),
        ("… (Outcome 3)", Citations((3,))),
        ("… [Outcome 3, national framework]", Citations((3,))),
        ("… [ Outcome 4, national framework]", Citations((4,))),
        ("… (Outcome 3 National Social Care Framework)", Citations((3,))),
        ("… (outcome 2 and enabler 1, national framework)", Citations((2,), (1,))),
        ("… (enabler 2, national framework)", Citations((), (2,))),
        ("… (Enabler two)", Citations((), (2,))),
        (
            "… (enabler: leaders drive conditions for effective practice, national framework)",
            Citations((), (2,)),
        ),
        ("… (enabler: the workforce is equipped and effective, national framework)", Citations((), (3,))),
        ("… (Enabler 2: Leaders drive conditions for effective practice)", Citations((), (2,))),
        ("… (Principle 1)", Citations((), (), (1,))),
        ("… (principle 3, national framework)", Citations((), (), (3,))),
        # These are ordinary words: not in brackets, or without a number.
        ("Better outcomes for 3 children", Citations()),
        ("Outcome 3 of the audit (2024)", Citations()),
        ("Plans (with clear outcomes) for children", Citations()),
        ("Leaders drive conditions for effective practice", Citations()),
        ("", Citations()),
    ],
)
def test_citations(text, citations):
    assert read_citations(text) == citations
