"""Where sentences end."""

import pytest

from assets.parsing.grammar.sentences import SENTENCE_BREAK


@pytest.mark.parametrize(
    "sentences",
    [
        ["One, e.g. this.", "Two?", "Three (see p. 4); four.", "Five"],
        ["‘The support is always there.’", "‘It helped me.’", "(Outcome 3) Visits are regular."],
        ["The No. 11 service is good.", "Miss J. Smith leads it!", "6 children were matched."],
        ["These include: • Visits are regular. • Reviews are timely; • and well attended.", "They help."],
    ],
)
def test_text_is_split_into_its_sentences(sentences):
    assert SENTENCE_BREAK.split(" ".join(sentences)) == sentences
