"""Programs for gensim 3's Phrases: they work, and each old name says the new one."""

import pytest

from w2v import Phrases

SENTENCES = [["bank", "of", "america"]] * 9


def test_common_terms_are_connector_words():
    with pytest.warns(
        DeprecationWarning, match=r"Phrases\(common_terms=...\) is deprecated: use connector_words"
    ) as seen:
        phrases = Phrases(SENTENCES, min_count=1, threshold=0.1, common_terms=["of"])
    assert seen[0].filename == __file__
    assert phrases[SENTENCES[0]] == ["bank_of_america"]
    assert phrases.connector_words == {"of"}
    with pytest.warns(DeprecationWarning, match="common_terms is deprecated: use connector_words") as seen:
        assert phrases.common_terms == {"of"}
    assert seen[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="common_terms is deprecated"):
        phrases.common_terms = []
    assert phrases.connector_words == frozenset()
    with pytest.warns(DeprecationWarning, match="common_terms is deprecated"):
        assert phrases.freeze().common_terms == frozenset()


@pytest.mark.parametrize("delimiter", [b"_", b" ", "é".encode()])
def test_a_delimiter_of_bytes_is_its_text(delimiter):
    with pytest.warns(DeprecationWarning, match=r"Phrases\(delimiter=b.*\) is deprecated: use str"):
        phrases = Phrases(SENTENCES, 1, 0.1, 40_000_000, delimiter, 10_000, "default", frozenset(["of"]))
    assert phrases[SENTENCES[0]] == [delimiter.decode().join(SENTENCES[0])]
    assert phrases.delimiter == delimiter.decode()


def test_export_phrases_of_sentences_is_find_phrases():
    phrases = Phrases(SENTENCES, min_count=1, threshold=0.1, connector_words=["of"])
    with pytest.warns(DeprecationWarning, match=r"export_phrases\(sentences\) is deprecated: use find_phrases"):
        found = phrases.export_phrases(SENTENCES)
    assert dict(found) == phrases.find_phrases(SENTENCES) == phrases.export_phrases()
    assert [phrase for phrase, score in found] == ["bank_of_america"]
