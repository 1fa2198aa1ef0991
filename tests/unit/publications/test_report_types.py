"""``report_family``."""

import pytest

from assets.publications.report_types import BY_PATTERN, BY_TITLE, OTHER, report_family
from assets.schema.vocabularies import FAMILIES


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Children's services inspection", "inspection"),
        ("Children’s services inspection  ", "inspection"),
        ("CHILDREN'S  services\u00a0inspection", "inspection"),
        ("Single inspection of LA children's services as pdf", "inspection"),
        ("Children's services focused visit", "focused_visit"),
        ("Joint area child protection inspection", "jtai"),
        ("Area SEND full inspection", "area_send"),
        ("Area SEND monitoring inspection", "area_send"),
        ("Local area special educational needs and disabilities inspection outcome letter", "area_send"),
        ("Children's services monitoring visit", "monitoring_visit"),
        ("Childrens services inspection", "inspection"),
        ("Children's services re-inspection", "inspection"),
        ("Children's services inspection (revised)", "inspection"),
        ("Children's service inspection - amended", "inspection"),
        ("Inspection of children's services", "inspection"),
        ("Children's services focussed visit", "focused_visit"),
        ("Joint targeted area inspection", "jtai"),
        ("Area SEND full inspection (re-issued)", "area_send"),
        ("Children's home inspection", "other"),
        ("Fostering services inspection", "other"),
        ("Joint area review - progress inspection", "other"),
        ("Sender's report", "other"),
        ("", "other"),
    ],
)
def test_family_of_title(title, expected):
    assert report_family(title) == expected


def test_all_families_are_declared():
    assert {*BY_TITLE.values(), *BY_PATTERN.values(), OTHER} <= set(FAMILIES)
