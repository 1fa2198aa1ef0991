// Compares authorities. The address keeps the selection: "neighbours-of" is the URN of one authority, which is shown with
// its statistical neighbours and its region; "a" is a list of URNs. "theme" and "area" filter the recommendations.
//
// assets/website/overviews/compare.py writes the data: all.json, and <urn>.json for each authority.

import { makeCards } from "./cards.js";
import { addCopyButtons } from "./copy.js";
import { saveCsv } from "./csv.js";
import { longDate } from "./dates.js";
import { element, inlineButton, saveAddress, saveFile } from "./dom.js";
import { formatNumber, isNamed, lineChart, lineFigure, lineSample } from "./line_charts.js";
import { pngAddress, svgAddress } from "./pictures.js";
import { toXlsx } from "./xlsx.js";

const MAX_SELECTED = 20;
const MILLISECONDS_PER_YEAR = 365.25 * 24 * 3600 * 1000;

// Classes of the lines of a region and of England. Charts of counts have none: they would be far above all others.
const BENCHMARKS = ["line-region", "line-england"];

const find = (id) => document.getElementById(id);
const requests = new Map();
let shared; // all.json
let selection = []; // URNs, in the order of the table
let centre = null; // the URN whose neighbours are shown
let authorities = []; // the files of the selected authorities

function load(name) {
  if (!requests.has(name)) {
    requests.set(
      name,
      fetch(`${name}.json`).then((response) => {
        if (!response.ok) throw new Error(`${name}.json: ${response.status}`);
        return response.json();
      }),
    );
  }
  return requests.get(name);
}

const label = (vocabulary, code) => shared.labels[vocabulary][code] ?? code.replaceAll("_", " ");
const yearsSince = (day) => (Date.now() - Date.parse(day)) / MILLISECONDS_PER_YEAR;
const today = () => new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

// ---- Selection ----

// The authorities that a text stands for: those with exactly this name, else those whose names contain it.
function findAuthorities(text) {
  const words = text.trim().toLowerCase();
  if (!words) return [];
  const exact = shared.authorities.filter((authority) => authority.names.includes(words));
  return exact.length ? exact : shared.authorities.filter((authority) => authority.names.some((name) => name.includes(words)));
}

function choose(withNeighbours) {
  const field = find("authority");
  const found = findAuthorities(field.value);
  if (found.length !== 1) {
    const links = found.slice(0, 10).flatMap(({ urn, name }, index) => [
      index ? ", " : "",
      element("a", { href: withNeighbours ? `?neighbours-of=${urn}` : `?a=${[...selection, urn].join(",")}` }, name),
    ]);
    const status = find("selection-status");
    if (found.length) status.replaceChildren("Which one? ", ...links, found.length > 10 ? " and others" : "");
    else status.replaceChildren("No authority has this name.");
    return;
  }
  field.value = "";
  const { urn } = found[0];
  if (withNeighbours) go({ "neighbours-of": urn, a: "" });
  else go({ a: [...selection.filter((other) => other !== urn), urn].join(","), "neighbours-of": "" });
}

// Changes parameters of the address, as a new entry of the history, and shows what it says.
function go(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  const text = String(query).replaceAll("%2C", ",");
  history.pushState(null, "", location.pathname + (text && `?${text}`) + location.hash);
  show().catch(showError);
}

function readAddress() {
  const query = new URLSearchParams(location.search);
  const known = new Map(shared.authorities.map((authority) => [authority.urn, authority]));
  const centreAuthority = known.get(Number(query.get("neighbours-of")));
  centre = centreAuthority?.urn ?? null;
  const listed = centreAuthority ? [centre, ...centreAuthority.neighbours] : (query.get("a") ?? "").split(",").map(Number);
  selection = [...new Set(listed)].filter((urn) => known.has(urn)).slice(0, MAX_SELECTED);
  for (const field of find("recommendation-filters").querySelectorAll("select")) {
    field.value = query.get(field.name) ?? "";
    if (field.selectedIndex < 0) field.value = "";
  }
}

function showSelection() {
  const items = authorities.map(({ urn, name }) => {
    const remove = element("button", { type: "button", className: "secondary" }, "×");
    remove.setAttribute("aria-label", `Remove ${name}`);
    remove.addEventListener("click", () => go({ a: selection.filter((other) => other !== urn).join(","), "neighbours-of": "" }));
    return element("li", {}, element("a", { href: `../authorities/${urn}/` }, name), " ", remove);
  });
  find("selected").replaceChildren(...items);
  find("selection-status").textContent = "";
}

// ---- Judgements ----

function badge(grade) {
  return element("span", { className: `badge ${grade}` }, label("grade", grade));
}

function judgementCell(authority, area) {
  const judgement = authority.inspection?.judgements[area];
  if (!judgement) return element("td", {}, element("span", { className: "missing" }, "–"));
  const isChanged = judgement.change && judgement.previous_grade !== judgement.grade;
  const from = isChanged ? ` from ${label("grade", judgement.previous_grade).toLowerCase()}` : "";
  const year = judgement.previous_start ? ` (${judgement.previous_start.slice(0, 4)})` : "";
  const before = judgement.change && label("change", judgement.change) + from + year;
  const notes = [before, judgement.joint ? "joint grade" : null].filter(Boolean).join("; ");
  return element("td", {}, badge(judgement.grade), notes && element("br"), notes && element("span", { className: "note" }, notes));
}

function headings(...words) {
  return element("thead", {}, element("tr", {}, ...words.map((text) => element("th", { scope: "col" }, text))));
}

function judgementRow(authority) {
  const { inspection } = authority;
  const name = element("th", { scope: "row" }, element("a", { href: `../authorities/${authority.urn}/` }, authority.name));
  if (inspection?.partial) name.append(element("br"), element("span", { className: "note doubt" }, "Read only partly, or an inspection could not be used"));
  const row = element("tr", { className: authority.urn === centre ? "this-authority" : "" }, name);
  row.append(...shared.areas.map((area) => judgementCell(authority, area)));
  const since = inspection?.end ? yearsSince(inspection.end).toFixed(1) : "–";
  const report = inspection
    ? element("a", { href: `../reports/${encodeURIComponent(inspection.report_id)}/` }, longDate(inspection.start ?? inspection.published))
    : element("span", { className: "note" }, authority.note ?? "Not in this dataset");
  row.append(element("td", {}, report), element("td", { className: "number" }, since));
  return row;
}

function shareRow(region) {
  const row = element("tr", {}, element("th", { scope: "row" }, region, element("br"), element("span", { className: "note" }, "good or outstanding")));
  for (const area of shared.areas) {
    const [good, graded] = shared.good[region]?.[area] ?? [0, 0];
    row.append(element("td", {}, graded ? `${Math.round((100 * good) / graded)} % (${good} of ${graded})` : "–"));
  }
  row.append(element("td"), element("td"));
  return row;
}

// The region of the authority in the centre, and England.
function benchmarkRegions() {
  const region = centre && authorities.find(({ urn }) => urn === centre).region;
  return [region, "England"].filter((name) => name in shared.benchmarks);
}

function showJudgements() {
  const body = element("tbody", {}, ...authorities.map(judgementRow), ...benchmarkRegions().map(shareRow));
  const areas = shared.areas.map((area) => label("area", area));
  find("judgement-table").replaceChildren(headings("Authority", ...areas, "Inspected", "Years since"), body);
  makeCards(find("judgement-table"));
  find("as-at").textContent = `Years since the end of the inspection: up to today, ${today()}. The newest publication in this dataset is of ${longDate(shared.as_at)}.`;
}

// ---- Recommendations ----

function filters() {
  return Object.fromEntries(new FormData(find("recommendation-filters")));
}

function matchingRecommendations(authority) {
  const { theme, area } = filters();
  return authority.recommendations.filter(
    (row) => (!theme || row.themes.includes(theme)) && (!area || row.area_inferred === area),
  );
}

function recommendationItem(row) {
  const notes = [label("family", row.family), row.published && longDate(row.published)];
  if (row.kind === "priority_action") notes.unshift(label("kind", row.kind));
  if (row.area_inferred) notes.push(label("area", row.area_inferred) + (row.inferred_from === "printed" ? "" : " (inferred)"));
  const note = element("p", { className: "note" }, `${notes.filter(Boolean).join(" · ")} · `);
  row.themes.forEach((theme) => note.append(element("a", { href: `../themes/${theme}/` }, label("theme", theme)), " · "));
  note.append(element("a", { href: `../reports/${encodeURIComponent(row.report_id)}/#r${row.ordinal}` }, "View in the report"));
  if (row.source.startsWith("https:")) note.append(" · ", element("a", { href: row.source, className: "source" }, `page ${row.page} of the PDF`));
  const item = element("li", {}, element("p", {}, row.text), note);
  Object.assign(item.dataset, { citation: row.citation, place: `recommendation ${row.ordinal}, page ${row.page}` });
  return item;
}

function showRecommendations() {
  const groups = authorities.map((authority) => [authority, matchingRecommendations(authority)]);
  const shown = groups.reduce((sum, [, rows]) => sum + rows.length, 0);
  const all = authorities.reduce((sum, authority) => sum + authority.recommendations.length, 0);
  const withSome = groups.filter(([, rows]) => rows.length);
  find("recommendation-count").textContent = `${shown} of ${all} recommendations, to ${withSome.length} of ${authorities.length} authorities`;
  find("recommendation-list").replaceChildren(
    ...withSome.flatMap(([{ name }, rows]) => [
      element("h3", {}, name),
      element("ul", { className: "recommendations" }, ...rows.map(recommendationItem)),
    ]),
  );
  addCopyButtons(find("recommendation-list"));
}

// ---- Figures ----

// The lines of a chart: those behind first. "series" is an object of values by year.
function lines(code) {
  const own = authorities.map((authority, index) => ({
    name: authority.name,
    className: centre ? (authority.urn === centre ? "line-own" : "line-other") : `line-${Math.min(index, 5)}`,
    series: authority.indicators[code]?.[0] ?? {},
  }));
  const centreFile = authorities.find(({ urn }) => urn === centre);
  const median = centreFile && {
    name: "Median of the neighbours",
    className: "line-median",
    series: centreFile.indicators[code]?.[1] ?? {},
  };
  const benchmarks = benchmarkRegions().map((region) => ({
    name: region,
    className: region === "England" ? "line-england" : "line-region",
    series: shared.benchmarks[region][code] ?? {},
  }));
  const [first, ...others] = own;
  return [...others.reverse(), ...benchmarks, ...(median ? [median] : []), first];
}

function latestValues(drawn) {
  return drawn
    .filter(({ className }) => className !== "line-other")
    .map(({ name, series }) => {
      const year = Math.max(...Object.keys(series).map(Number));
      return Number.isFinite(year) ? `${name} ${formatNumber(series[year])} (${year})` : `${name} no figure`;
    })
    .reverse()
    .join("; ");
}

function indicatorFigure(indicator) {
  const drawn = lines(indicator.indicator).filter((line) => !indicator.is_count || !BENCHMARKS.includes(line.className));
  const years = [];
  for (let year = indicator.first_year; year <= indicator.last_year; year++) years.push(year);
  const caption = element("figcaption", {}, element("strong", {}, indicator.name), ` ${indicator.unit.toLowerCase()}`);
  const words = latestValues(drawn);
  const chart = lineChart(drawn, years, `${indicator.name}. ${words}`);
  if (!chart) return element("figure", {}, caption, element("p", { className: "note" }, "No figures."));
  return element(
    "figure", {}, caption, chart, element("p", { className: "note" }, words),
    figureActions(indicator, drawn, years), numbers(indicator, drawn, years),
  );
}

// The links that save a figure: as picture with title, legend and source, and its numbers.
function figureActions(indicator, drawn, years) {
  const name = `${indicator.indicator}-${selection.join("-")}`;
  const address = () => svgAddress(lineFigure(drawn, years, description(indicator, drawn)), "../static/figures.css");
  const save = (make, suffix) => async () => {
    try {
      saveAddress(await make(), `${name}.${suffix}`);
    } catch (error) {
      showError(error);
    }
  };
  const buttons = [
    ["Picture (PNG)", save(async () => pngAddress(await address()), "png")],
    ["Picture (SVG)", save(address, "svg")],
    ["Numbers (CSV)", () => saveCsv(figureTable([indicator]), `${name}.csv`)],
  ].map(([words, action]) => {
    const node = inlineButton(words, action);
    node.setAttribute("aria-label", `${words}: ${indicator.name}`);
    return node;
  });
  return element("p", { className: "note figure-actions" }, ...buttons.flatMap((node, index) => (index ? [" · ", node] : [node])));
}

// The texts of a figure.
function description(indicator, drawn) {
  const { name, unit, definition, source } = indicator;
  const compared = centre ? `${authorities[0].name} and its statistical neighbours` : authorities.map((authority) => authority.name).join(", ");
  const count = authorities.filter((authority) => Object.keys(authority.indicators[indicator.indicator]?.[0] ?? {}).length).length;
  return {
    title: `${name}: ${compared}`,
    subtitle: `${unit}. ${definition}. n = ${count} ${count === 1 ? "authority" : "authorities"} with figures.`,
    legend: legend(drawn),
    source: `Source: ${source}. ${shared.release}.`,
  };
}

// The numbers of a chart as a table, which is made when it is opened, and how to cite them.
function numbers(indicator, drawn, years) {
  const details = element("details", {}, element("summary", {}, "Table and source"));
  const fill = () => {
    const rows = [...drawn].reverse().map(({ name, series }) =>
      element("tr", {}, element("th", { scope: "row" }, name), ...years.map((year) => element("td", { className: "number" }, series[year] === undefined ? "–" : formatNumber(series[year])))),
    );
    const scroll = element("div", { className: "scroll", tabIndex: 0 }, element("table", {}, headings("", ...years.map(String)), element("tbody", {}, ...rows)));
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", `${indicator.name}, numbers`);
    const { title, subtitle, source } = description(indicator, drawn);
    const citation = element("p", { className: "note copyable" }, `${title}. ${subtitle} ${source} ${location.href}`);
    details.append(scroll, citation);
    addCopyButtons(details);
  };
  details.addEventListener("toggle", fill, { once: true });
  return details;
}

// The entries of the legend: lines that are for context only have one entry.
function legend(drawn) {
  const [named, others] = [true, false].map((wanted) => drawn.filter((line) => isNamed(line) === wanted).reverse());
  const rest = others.length ? [{ name: centre ? "Statistical neighbours" : "Other selected authorities", className: others[0].className }] : [];
  return [...named, ...rest];
}

function showFigures() {
  const entries = legend(lines(shared.indicators[0].indicator)).map(({ name, className }) =>
    element("li", {}, lineSample(className, { "aria-hidden": "true" }), ` ${name}`),
  );
  find("line-legend").replaceChildren(...entries);
  find("figures-note").textContent = centre ? "The median is that of the statistical neighbours in each year." : "";
  find("multiples").replaceChildren(...shared.indicators.map(indicatorFigure));
}

// ---- Downloads ----

function judgementTable() {
  const header = ["urn", "authority", "region", "report", "inspection_start", "inspection_end", "published"];
  const areas = shared.areas.flatMap((area) => [area, `${area}_previous`, `${area}_change`]);
  return [
    [...header, ...areas],
    ...authorities.map(({ urn, name, region, inspection }) => [
      urn, name, region, inspection?.report_id, inspection?.start, inspection?.end, inspection?.published,
      ...shared.areas.flatMap((area) => {
        const judgement = inspection?.judgements[area];
        return [judgement?.grade, judgement?.previous_grade, judgement?.change];
      }),
    ]),
  ];
}

function recommendationTable() {
  const header = ["urn", "authority", "report", "family", "published", "ordinal", "kind", "area", "area_from", "themes", "text", "page", "source"];
  return [
    header,
    ...authorities.flatMap((authority) =>
      matchingRecommendations(authority).map((row) => [
        authority.urn, authority.name, row.report_id, row.family, row.published, row.ordinal, row.kind,
        row.area_inferred, row.inferred_from, row.themes.join("; "), row.text, row.page, row.source,
      ]),
    ),
  ];
}

function figureTable(indicators = shared.indicators) {
  const rows = indicators.flatMap(({ indicator, name, unit }) =>
    lines(indicator).reverse().flatMap((line) =>
      Object.entries(line.series).map(([year, value]) => [line.name, indicator, name, unit, Number(year), value]),
    ),
  );
  return [["name", "indicator", "indicator_name", "unit", "year", "value"], ...rows];
}

function button(words, action) {
  const node = element("button", { type: "button" }, words);
  node.addEventListener("click", action);
  return node;
}

function showDownloads() {
  const tables = { Judgements: judgementTable, Recommendations: recommendationTable, Figures: figureTable };
  const all = () => toXlsx(Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table()])));
  find("downloads").replaceChildren(
    button("Everything (XLSX)", () => saveFile(all(), "comparison.xlsx")),
    ...Object.entries(tables).flatMap(([name, table]) => [
      " ",
      button(`${name} (CSV)`, () => saveCsv(table(), `comparison-${name.toLowerCase()}.csv`)),
    ]),
  );
}

// ---- Page ----

async function show() {
  shared ??= await load("all");
  readAddress();
  authorities = await Promise.all(selection.map((urn) => load(urn)));
  showSelection();
  find("comparison").hidden = !authorities.length;
  find("all").hidden = authorities.length > 0;
  const name = authorities[0]?.name;
  find("title").textContent = !name ? "Compare authorities" : centre ? `${name} and its statistical neighbours` : `Compare ${authorities.map((row) => row.name).join(", ")}`;
  if (!authorities.length) return;
  showJudgements();
  showRecommendations();
  showFigures();
  showDownloads();
}

function showError(error) {
  find("selection-status").textContent = `The comparison could not be loaded: ${error.message}`;
}

// Without this script, the links of the list lead to the neighbours on the page of each authority.
for (const link of find("all").querySelectorAll("a[data-urn]")) link.href = `?neighbours-of=${link.dataset.urn}`;
find("all").hidden = Boolean(location.search);
find("no-script").remove();
find("selection").hidden = false;
find("selection").addEventListener("submit", (event) => {
  event.preventDefault();
  choose(true);
});
find("add").addEventListener("click", () => choose(false));
find("recommendation-filters").addEventListener("submit", (event) => event.preventDefault());
find("recommendation-filters").addEventListener("input", () => go(filters()));
addEventListener("popstate", () => show().catch(showError));
show()
  .then(() => location.hash && document.querySelector(location.hash)?.scrollIntoView())
  .catch(showError);
