"""Other names of authorities: the committed file, and errors in a file."""

import pytest

from assets.reference.aliases import read_aliases
from assets.reference.loaders import read_reference_tables
from assets.schema.csv_files import CsvFileError


@pytest.mark.parametrize(
    ("alias", "names"),
    [
        ("Bucks", {"Buckinghamshire"}),
        ("BCP", {"Bournemouth, Christchurch and Poole"}),
        ("Bristol", {"Bristol, City of"}),
        ("Brum", {"Birmingham"}),
        ("Northants", {"Northamptonshire", "North Northamptonshire", "West Northamptonshire"}),
    ],
)
def test_names_that_people_use(alias, names):
    official = {row["urn"]: row["name"] for row in read_reference_tables()["authorities"].to_pylist()}
    assert {official[urn] for urn, aliases in read_aliases().items() if alias in aliases} == names


def test_aliases_differ_from_the_official_name():
    aliases = read_aliases()
    for row in read_reference_tables()["authorities"].to_pylist():
        assert row["name"] not in aliases.get(row["urn"], ())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("urn,name\n80442,Bucks\n", "line 1, column alias: the column is missing"),
        ("urn,alias\n1,Bucks\n", "line 2, column urn: '1' is not an authority"),
        ("urn,alias\n80442,Bucks\n80442,bucks\n", "line 3, column alias: the name is empty or repeated"),
        ("urn,alias\n80442,\n", "line 2, column alias: the name is empty or repeated"),
    ],
)
def test_invalid_files(tmp_path, text, error):
    path = tmp_path / "authority_aliases.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CsvFileError, match=error):
        read_aliases(path)
