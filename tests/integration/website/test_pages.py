"""The pages agree with the release and display hostile texts unchanged."""

import csv
import json
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from assets.website import labels
from assets.website.pages import _headline
from assets.website.report_pages import Section, adjacent_reports, group_findings, sections_by_area
from tests.support.website_fixtures import HOSTILE_REPORT, HOSTILE_TEXT, hostile_urn


@cache
def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.slow
def test_findings_and_recommendations_link_to_their_pdf_page(site, database):
    rows = database.execute(
        "SELECT report_id, text, page, url, report_id IN (SELECT report_id FROM placeholder_report_ids)"
        " FROM ("
        " SELECT report_id, text, page FROM findings"
        " UNION ALL SELECT report_id, text, page FROM recommendations)"
        " JOIN publications USING (report_id)"
    ).fetchall()
    displayed = set()
    count = 0
    for report_id in {row[0] for row in rows}:
        items = soup(site / "reports" / report_id / "index.html").select("ol.paragraphs > li")
        count += len(items)
        for item in items:
            link = item.select_one("a.source")
            displayed.add((report_id, item.select_one("p").get_text(), link["href"] if link else None))
    expected = {
        (report_id, text, None if is_placeholder else f"{url}#page={page}")
        for report_id, text, page, url, is_placeholder in rows
    }
    assert displayed == expected
    assert count == len(rows)


def test_home_page_has_the_latest_judgements(site, database):
    columns = ("impact_of_leaders", "help_and_protection", "in_care", "care_leavers", "overall_effectiveness")
    query = f"SELECT urn, {', '.join(f'{column}_grade' for column in columns)} FROM latest_judgements"
    expected = {urn: grades for urn, *grades in database.execute(query).fetchall()}
    displayed = {}
    for row in soup(site / "index.html").select("#authority-table tbody tr"):
        badges = [cell.select_one(".badge") for cell in row.select("td")[:5]]
        grades = [badge["class"][1] if badge else None for badge in badges]
        displayed[int(row.a["href"].split("/")[1])] = grades
    assert displayed == expected


def test_changes_page_has_the_grades_that_improved_or_declined(site, database):
    expected = database.execute(
        "SELECT urn, area, change, previous_grade, grade FROM judgement_changes"
        " WHERE is_current AND change IN ('improved', 'declined')"
    ).fetchall()
    page = soup(site / "changes" / "index.html")
    displayed = [
        (
            int(row.a["href"].split("/")[2]),
            row["data-area"],
            row["data-change"],
            *(badge["class"][1] for badge in row.select(".badge")),
        )
        for row in page.select("#change-table tbody tr")
    ]
    assert sorted(displayed) == sorted(expected)
    links = {link["href"]: int(link.get_text()) for link in page.select("#numbers + .scroll a")}
    assert links == Counter(f"?area={area}&change={change}#changes" for _, area, change, *_ in expected)
    with (site / "changes" / "change_history.csv").open(encoding="utf-8-sig", newline="") as file:
        history = list(csv.DictReader(file))
    assert len(history) == database.execute("SELECT count(change) FROM judgement_history").fetchone()[0]


def test_authority_page_has_its_official_figures_next_to_others(site, database):
    rows = soup(site / "authorities" / "80442" / "index.html").select(
        "section[aria-labelledby=figures] tbody tr"
    )
    (indicators,) = database.execute("SELECT count(*) FROM indicators").fetchone()
    assert len(rows) == indicators
    cells = {row.th.contents[0]: [cell.get_text() for cell in row.select("td")] for row in rows}
    year, value, change, neighbours, region, england, rank, ranked = database.execute(
        "SELECT year, value, change_in_three_years, neighbours_median, region, england, rank, ranked"
        " FROM indicator_comparison WHERE urn = 80442 AND indicator = 're_referrals'"
        " ORDER BY year DESC LIMIT 1"
    ).fetchone()
    assert (year, value, england, change) == (2025, 22.8, 22.6, -9.9)
    assert cells["Re-referrals"] == [
        "2025",
        "22.8",
        "−9.9",
        f"{neighbours:.1f}",
        f"{region:.1f}",
        "22.6",
        f"{rank}\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}{ranked}",
    ]
    assert cells["Child protection plans of two years or more"][1] == "Not published to protect individuals"


def test_former_authority_has_the_figures_of_its_last_year(site, database):
    urn, last_year = database.execute(
        "SELECT urn, max(year) FROM indicator_comparison JOIN authorities USING (urn)"
        " WHERE indicator = 're_referrals' AND valid_to IS NOT NULL GROUP BY urn ORDER BY 2, 1 LIMIT 1"
    ).fetchone()
    assert last_year < 2025
    rows = soup(site / "authorities" / str(urn) / "index.html").select("#figures ~ .scroll tbody tr")
    (row,) = (row for row in rows if row.th.contents[0] == "Re-referrals")
    assert row.td.get_text() == str(last_year)


@pytest.mark.slow
def test_theme_pages_count_each_text_once(site, database):
    texts = database.execute(
        "SELECT theme_matches.theme, list([source_table, report_id, ordinal::VARCHAR])"
        " FROM theme_matches JOIN reports USING (report_id)"
        " WHERE counts AND report_id NOT IN (SELECT report_id FROM superseded_reports)"
        " GROUP BY theme_matches.theme"
    ).fetchall()
    assert len(texts) > 40
    all_texts = database.execute(
        "SELECT count(*) FROM (SELECT report_id FROM findings WHERE kind <> 'recommendation'"
        " UNION ALL SELECT report_id FROM recommendations) JOIN reports USING (report_id)"
        " WHERE counts AND report_id NOT IN (SELECT report_id FROM superseded_reports)"
    ).fetchone()[0]
    for theme, expected in texts:
        folder = site / "themes" / theme
        with (folder / "sentences.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert sorted([row["source_table"], row["report_id"], row["ordinal"]] for row in rows) == sorted(
            expected
        )
        page = soup(folder / "index.html")
        lead = page.select_one(".lead").get_text().replace(",", "")
        assert lead.startswith(f"{len(expected)} of {all_texts} findings")
        for table in page.select("table.shares"):
            shown = [int(cell.get_text().replace(",", "")) for cell in table.select("td.number")]
            assert sum(shown) <= len(expected)


@pytest.mark.slow
def test_sentences_of_a_theme_link_to_their_paragraph(site):
    page = site / "themes" / "workforce_stability" / "index.html"
    rows = soup(page).select("#sentence-table tbody tr")
    assert rows
    for row in rows:
        report, _, anchor = row.a["href"].partition("#")
        item = soup((page.parent / report / "index.html").resolve()).find(id=anchor)
        sentence = row.select("td")[2].find(string=True, recursive=False).strip()
        assert sentence in item.get_text()


def test_recommendations_link_to_their_themes(site, database):
    report_id, urn, themes = database.execute(
        "SELECT report_id, urn, list_distinct(flatten(list(themes))) FROM recommendation_areas"
        " WHERE report_id = (SELECT report_id FROM latest_judgements WHERE urn = 80442) GROUP BY ALL"
    ).fetchone()
    for path in (f"reports/{report_id}", f"authorities/{urn}"):
        links = soup(site / path / "index.html").select("section[aria-labelledby=recommendations] a")
        linked = {link["href"] for link in links if "/themes/" in link["href"]}
        assert linked >= {f"../../themes/{theme}/" for theme in themes}
        assert themes


def test_shares_of_a_theme_are_of_all_texts(site, database):
    ((mentions, texts),) = database.execute(
        "SELECT count(matches.theme), count(*) FROM ("
        " SELECT 'findings' AS source_table, report_id, ordinal, area FROM findings"
        " WHERE kind <> 'recommendation'"
        " UNION ALL SELECT 'recommendations', report_id, ordinal, area FROM recommendations) AS texts"
        " JOIN reports USING (report_id)"
        " LEFT JOIN theme_matches AS matches ON matches.theme = 'supervision'"
        " AND matches.source_table = texts.source_table"
        " AND matches.report_id = texts.report_id AND matches.ordinal = texts.ordinal"
        " WHERE reports.counts AND texts.area = 'leadership'"
        " AND texts.report_id NOT IN (SELECT report_id FROM superseded_reports)"
    ).fetchall()
    table = soup(site / "themes" / "supervision" / "index.html").select_one("table.shares")
    (row,) = (row for row in table.select("tbody tr") if row.th.get_text() == "Impact of leaders")
    assert [cell.get_text().strip() for cell in row.select("td")] == [
        f"{100 * mentions / texts:.1f} %",
        str(mentions),
    ]


def test_comparison_loads_little(site):
    folder = site / "compare"
    shared = json.loads((folder / "all.json").read_text(encoding="utf-8"))
    sizes = {row["urn"]: (folder / f"{row['urn']}.json").stat().st_size for row in shared["authorities"]}
    fixed = (folder / "all.json").stat().st_size + (folder / "index.html").stat().st_size
    for row in shared["authorities"]:
        assert fixed + sum(sizes[urn] for urn in [row["urn"], *row["neighbours"]]) < 250_000


def test_comparison_has_the_judgements_and_figures_of_the_views(site, database):
    columns = labels.wide_columns()
    for urn, *grades in database.execute(
        f"SELECT urn, {', '.join(columns.values())} FROM latest_judgements WHERE report_id IS NOT NULL"
    ).fetchall():
        file = json.loads((site / "compare" / f"{urn}.json").read_text(encoding="utf-8"))
        judgements = file["inspection"]["judgements"]
        for area, grade in zip(columns, grades, strict=True):
            if not judgements.get(area, {}).get("joint"):
                assert judgements.get(area, {}).get("grade") == grade
    written = {
        (urn, code, int(year)): value
        for urn in (80442, 80523)
        for code, (values, _) in json.loads((site / "compare" / f"{urn}.json").read_text(encoding="utf-8"))[
            "indicators"
        ].items()
        for year, value in values.items()
    }
    expected = database.execute(
        "SELECT urn, indicator, year, value FROM authority_indicators"
        " WHERE urn IN (80442, 80523) AND value IS NOT NULL"
    ).fetchall()
    assert written == {tuple(key): value for *key, value in expected}


def test_issues_have_evidence_images(site, database):
    query = "SELECT DISTINCT report_id, page FROM known_issues WHERE page IS NOT NULL"
    for report_id, page in database.execute(query).fetchall():
        folder = site / "reports" / report_id
        assert (folder / f"page-{page}.png").read_bytes().startswith(b"\x89PNG")
        assert soup(folder / "index.html").select_one(f"img[src='page-{page}.png']")


def test_missing_reports_are_marked(site, database):
    missing = database.execute("SELECT report_id FROM reports WHERE status = 'missing'").fetchall()
    assert missing
    for (report_id,) in missing:
        notice = soup(site / "reports" / report_id / "index.html").select_one(".notice")
        assert "the file is no longer available" in notice.get_text()


def test_predecessors_and_successors_link_to_each_other(site, database):
    pairs = database.execute("SELECT predecessor_urn, successor_urn FROM successions").fetchall()
    for predecessor, successor in pairs:
        predecessor_links, successor_links = (
            {
                link.get("href")
                for link in soup(site / "authorities" / str(urn) / "index.html").select(".lead a")
            }
            for urn in (predecessor, successor)
        )
        assert f"../{successor}/" in predecessor_links
        assert f"../{predecessor}/" in successor_links


def test_sql_page_without_the_box(site):
    page = soup(site / "data" / "sql" / "index.html")
    assert "built without the SQL box" in page.get_text()
    assert not page.find("textarea")
    assert len(page.select("pre")) > 5


def test_hostile_texts_are_displayed_unchanged(hostile_site):
    report = soup(hostile_site / "reports" / HOSTILE_REPORT / "index.html")
    assert HOSTILE_TEXT in report.select_one("h1").get_text()
    findings = [item.select_one("p").get_text() for item in report.select("#findings ~ ol > li")]
    assert HOSTILE_TEXT in findings
    assert report.select_one("#r1 p").get_text() == HOSTILE_TEXT
    authority = soup(hostile_site / "authorities" / str(hostile_urn()) / "index.html")
    assert authority.select_one("h1").get_text() == HOSTILE_TEXT
    atom = {"atom": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.parse(hostile_site / "data" / "feed.xml").getroot()
    titles = [title.text for title in feed.iterfind("atom:entry/atom:title", atom)]
    assert f"{HOSTILE_TEXT}: inspection" in titles
    assert f"{HOSTILE_TEXT}: judgement on impact of leaders corrected" in titles


def test_data_page_counts_the_changes_of_a_release(hostile_site):
    page = soup(hostile_site / "data" / "index.html")
    (changes,) = page.select("#versions ~ div table")
    rows = {
        row.th.get_text(): [int(cell.get_text()) for cell in row.select("td")]
        for row in changes.select("tbody tr")
    }
    assert rows["judgements"] == [0, 1, 0]
    assert rows["findings"] == [0, 1, 0]


def judgement(area, grade="good", *, counts=True):
    return {"area": area, "grade": grade, "counts": counts}


@pytest.mark.parametrize(
    ("judgements", "headline"),
    [
        ([judgement("leadership"), judgement("overall_effectiveness")], "overall_effectiveness"),
        ([judgement("in_care"), judgement("leadership")], "leadership"),
        ([judgement("overall_effectiveness", None), judgement("leadership")], "leadership"),
        ([judgement("area_send_outcome", "positive")], "area_send_outcome"),
        ([judgement("area of a future framework")], "area of a future framework"),
    ],
)
def test_headline_judgement(judgements, headline):
    assert _headline(judgements)["area"] == headline


def test_report_without_grades_has_no_headline():
    assert _headline([judgement("leadership", None)]) is None
    assert _headline([judgement("leadership", counts=False)]) is None


def test_sections_without_findings_are_omitted():
    headings = [{"ordinal": ordinal, "level": level} for ordinal, level in ((1, 1), (2, 2), (3, 1), (4, 1))]
    finding, outside = {"section": 2}, {"section": None}
    assert group_findings(headings, [outside, finding]) == [
        Section(None, 3, [outside]),
        Section(headings[0], 3, []),
        Section(headings[1], 4, [finding]),
    ]


@pytest.mark.parametrize(
    ("levels", "html_levels"), [([2, 2, 1, 2], [3, 3, 3, 4]), ([1, 3, 2, 3, 1], [3, 4, 4, 5, 3])]
)
def test_heading_levels_of_a_report_skip_none(levels, html_levels):
    headings = [{"ordinal": ordinal, "level": level} for ordinal, level in enumerate(levels)]
    findings = [{"section": ordinal} for ordinal in range(len(levels))]
    assert [section.html_level for section in group_findings(headings, findings)] == html_levels


def section(ordinal, area):
    return Section({"ordinal": ordinal, "area": area}, 3, [])


def test_area_links_to_its_first_section_before_one_that_combines_it():
    sections = [
        Section(None, 3, []),
        section(1, None),
        section(2, "in_care_and_care_leavers"),
        section(3, "care_leavers"),
        section(4, "care_leavers"),
        section(5, "area of a future framework"),
    ]
    assert sections_by_area(sections) == {
        "in_care": 2,
        "in_care_and_care_leavers": 2,
        "care_leavers": 3,
        "area of a future framework": 5,
    }


def report(report_id, family, year, superseded_by=None):
    published = date(year, 1, 1) if year else None
    return {
        "report_id": report_id,
        "family": family,
        "published": published,
        "superseded_by": superseded_by,
    }


def test_adjacent_reports_of_any_kind_and_of_the_same_kind():
    reports = [
        report("5", "inspection", 2024),
        report("4", "jtai", 2023),
        report("3", "inspection", 2022),
        report("2", "inspection", 2021, superseded_by="3"),
        report("1", "inspection", 2018),
        report("0", "inspection", None),
    ]
    words = [(words, row["report_id"]) for words, row in adjacent_reports(reports, reports[2])]
    assert words == [("Previous report", "1"), ("Next report", "4"), ("Next report of this kind", "5")]
    assert adjacent_reports(reports[:1], reports[0]) == []


def test_recommendations_link_to_the_findings_of_their_area(site, database):
    query = "SELECT ordinal, area_inferred FROM recommendation_areas WHERE report_id = '50177454'"
    inferred = dict(database.execute(query).fetchall())
    assert {"help_and_protection", "leadership", None} <= set(inferred.values())
    page = soup(site / "reports" / "50177454" / "index.html")
    for ordinal, area in inferred.items():
        links = page.select(f"#r{ordinal} a[href^='#s']")
        assert bool(links) == (area is not None)
        if links:
            assert "(area inferred)" in links[0].parent.get_text()
            assert labels.area_label(area).lower() in links[0].get_text().lower()
            assert page.select_one(links[0]["href"]).name == "h3"


@pytest.mark.slow
def test_headings_of_every_page_are_in_order(site):
    for path in site.rglob("*.html"):
        levels = [int(heading.name[1]) for heading in soup(path).select("h1, h2, h3, h4, h5, h6")]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(below <= above + 1 for above, below in pairwise(levels)), path
