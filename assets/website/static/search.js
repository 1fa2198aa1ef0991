// The search page: form, address, hits and their export. search_engine.js finds the texts.

import { saveCsv } from "./csv.js";
import { longDate } from "./dates.js";
import { element } from "./dom.js";
import { findTexts, highlightedSequences, openIndex, parseQuery, readText, suggestion, tokenize } from "./search_engine.js";

const RESULTS_PER_PAGE = 10;
const FILTERS = ["authority", "region", "year", "family", "area", "grade", "theme", "source_table", "kind"];
const CSV_COLUMNS = ["authority", "report", "published", "area", "grade", "kind", "paragraph", "page", "text", "link", "source"];
const form = document.getElementById("search");
const status = document.getElementById("status");
const recognised = document.getElementById("recognised");
const suggestions = document.getElementById("suggestions");
const results = document.getElementById("results");
const moreButton = document.getElementById("more");
const exportButton = document.getElementById("export");
const opened = once(() => openIndex(loadFile));
// Counts the searches, so that a slow one does not show its hits after a later one.
let latest = 0;

function once(make) {
  let value;
  return () => (value ??= make());
}

// The content of a file of the index: JSON, compressed. Null if there is no such file.
async function loadFile(path) {
  const response = await fetch(`index/${path}.idx`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`a file of the index cannot be loaded (HTTP status ${response.status})`);
  return new Response(response.body.pipeThrough(new DecompressionStream("deflate"))).json();
}

// The filters of the form: what each selects, as findTexts takes them.
async function formFilters(index, fields) {
  const filters = FILTERS.filter((name) => fields[name]).map((name) => ({ attribute: name, values: [fields[name]] }));
  if (fields.neighbours) {
    const neighbours = await index.load("neighbours");
    filters.push({ attribute: "authority", values: neighbours[fields.neighbours] ?? [] });
  }
  return filters;
}

// The label of a value of a filter, as the form shows it.
function optionLabel(name, value) {
  const option = [...form.elements[name].options].find((candidate) => candidate.value === value);
  return option ? option.text : value;
}

// Shows which words of the query became filters. Each can be searched as a word instead, by putting it into quotes.
function showRecognised(filters, query) {
  const items = filters.map(({ attribute, values, text }) => {
    const name = attribute === "year" ? "Year" : "Authority";
    const label = `${name}: ${values.map((value) => optionLabel(attribute, value)).join(", ")}`;
    const button = element("button", { type: "button" }, `Search for “${text}” as a word`);
    button.addEventListener("click", () => {
      form.elements.q.value = quoted(query, text);
      submit();
      form.elements.q.focus();
    });
    return element("p", {}, element("strong", {}, label), " ", button);
  });
  recognised.replaceChildren(...items);
}

// The query with the words of a recognised name in quotes.
function quoted(query, text) {
  const words = text.split(" ").join("[^\\p{L}\\p{N}]+");
  const changed = query.replace(new RegExp(`(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])`, "iu"), (match) => `"${match}"`);
  return changed === query ? `${query} "${text}"` : changed;
}

// The query with each unknown word replaced by a similar one; null if there is none.
async function betterQuery(index, unknown, query) {
  const similar = await Promise.all(unknown.map((token) => suggestion(index, token)));
  const found = unknown.flatMap((token, place) => (similar[place] ? [[token, similar[place]]] : []));
  if (!found.length) return null;
  return found.reduce((text, [token, word]) => text.replace(new RegExp(`\\b${token}\\b`, "i"), word), query);
}

function showSuggestion(better) {
  const link = element("a", { href: `?${new URLSearchParams({ ...currentFields(), q: better })}` }, better);
  suggestions.replaceChildren("Did you mean ", link, "?");
}

// Parts of a text: each with whether it is highlighted.
function highlightedParts(text, sequences) {
  const parts = text.split(/([\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*)/u);
  const words = parts.flatMap((part, place) => (place % 2 ? tokenize(part).map((token) => ({ token, place })) : []));
  const marked = new Set();
  for (const sequence of sequences) {
    for (let start = 0; start + sequence.length <= words.length; start += 1) {
      const run = words.slice(start, start + sequence.length);
      if (run.every(({ token }, place) => sequence[place].has(token))) run.forEach(({ place }) => marked.add(place));
    }
  }
  return parts.map((part, place) => ({ part, isMarked: marked.has(place) }));
}

// The sentence of a text with the most words of the query, and one more if the first does not have all of them.
function bestSentences(text, sequences) {
  const sentences = text.match(/[^.!?]+[.!?]*\s*/g) ?? [text];
  const contains = (sentence, sequence) => highlightedParts(sentence, [sequence]).some(({ isMarked }) => isMarked);
  const chosen = [];
  let missing = sequences;
  while (chosen.length < 2 && missing.length) {
    const found = sentences.map((sentence) => missing.filter((sequence) => contains(sentence, sequence)).length);
    if (chosen.length && !Math.max(...found)) break;
    const place = found.indexOf(Math.max(...found));
    chosen.push(place);
    missing = missing.filter((sequence) => !contains(sentences[place], sequence));
  }
  const places = chosen.length ? chosen.sort((a, b) => a - b) : [0];
  const isApart = (number) => number > 0 && places[number] > places[number - 1] + 1;
  return places.map((place, number) => (isApart(number) ? "… " : "") + sentences[place].trim()).join(" ");
}

function reportLink(hit) {
  return `../reports/${hit.reportId}/#${hit.anchor}`;
}

function resultItem(index, hit, sequences) {
  const link = element("a", { href: reportLink(hit) }, `${hit.authority}, ${hit.family.toLowerCase()}, ${hit.published && longDate(hit.published)}`);
  const heading = element("p", {}, link, ` ${hit.area} `);
  if (hit.grade) heading.append(element("span", { className: `badge ${hit.grade}` }, index.grade_labels[hit.grade] ?? hit.grade));
  const source = sourceLink(hit);
  const page = source ? element("a", { href: source }, `page ${hit.page} of the PDF`) : `page ${hit.page}`;
  const place = [hit.kind, hit.paragraph === null ? null : `paragraph ${hit.paragraph}`, page].filter(Boolean);
  const text = highlightedParts(bestSentences(hit.text, sequences), sequences).map(({ part, isMarked }) =>
    isMarked ? element("mark", {}, part) : part,
  );
  return element("li", {}, heading, element("p", {}, ...text), element("p", { className: "note" }, ...place.flatMap((part, index) => (index ? [" · ", part] : [part]))));
}

// The page in the PDF file at Ofsted; empty if the number of the report, and so its address, is not known.
function sourceLink(hit) {
  return hit.source?.startsWith("https:") ? `${hit.source}#page=${hit.page}` : "";
}

function readHits(index, hits, start) {
  return Promise.all(hits.slice(start, start + RESULTS_PER_PAGE).map((document) => readText(index, document)));
}

function showHits(items, count) {
  results.append(...items);
  moreButton.hidden = results.children.length >= count;
}

async function saveHits(index, hits) {
  const rows = [CSV_COLUMNS];
  for (const document of hits) {
    const hit = await readText(index, document);
    const link = new URL(reportLink(hit), location.href).href;
    rows.push([hit.authority, hit.family, hit.published, hit.area, hit.grade, hit.kind, hit.paragraph, hit.page, hit.text, link, sourceLink(hit)]);
  }
  saveCsv(rows, "hits.csv");
  status.textContent = `${hits.length.toLocaleString("en-GB")} hits saved as CSV.`;
}

function currentFields() {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
}

function summary(hits, parsed, fields) {
  if (!hits.length && parsed.hasWords && !parsed.clauses.some(({ isExcluded }) => !isExcluded)) {
    return "These words are too common to search for.";
  }
  if (!hits.length) return `No paragraph matches.${parsed.unknown.length ? ` No report contains: ${parsed.unknown.join(", ")}.` : ""}`;
  const count = hits.length === 1 ? "1 paragraph" : `${hits.length.toLocaleString("en-GB")} paragraphs`;
  return `${count}, ${fields.sort === "date" || !parsed.clauses.length ? "newest" : "best match"} first.`;
}

async function search() {
  const number = (latest += 1);
  const fields = currentFields();
  for (const node of [results, recognised, suggestions]) node.replaceChildren();
  moreButton.hidden = true;
  exportButton.hidden = true;
  status.textContent = "";
  if (!Object.keys(fields).some((name) => name !== "sort")) return;
  status.textContent = "Searching…";
  const index = await opened();
  const parsed = await parseQuery(index, fields.q ?? "");
  const filters = [...(await formFilters(index, fields)), ...parsed.filters];
  const hits = await findTexts(index, parsed, filters, fields.sort === "date");
  const sequences = highlightedSequences(index, parsed);
  const readItems = async (start) => (await readHits(index, hits, start)).map((hit) => resultItem(index, hit, sequences));
  const items = await readItems(0);
  const better = await betterQuery(index, parsed.unknown, fields.q ?? "");
  if (number !== latest) return; // Nothing below waits, so that the page never shows parts of two searches.
  showRecognised(parsed.filters, fields.q ?? "");
  showHits(items, hits.length);
  if (better) showSuggestion(better);
  // The focus moves to the first of the hits that the button added. While they are read, further clicks do nothing.
  const showMore = async () => {
    const more = await readItems(results.children.length);
    if (number !== latest) return;
    showHits(more, hits.length);
    more[0].querySelector("a").focus();
  };
  let reading = null;
  moreButton.onclick = () => {
    reading ??= showMore().catch(showError).finally(() => (reading = null));
  };
  exportButton.onclick = () => {
    status.textContent = "Collecting the hits…";
    saveHits(index, hits).catch(showError);
  };
  exportButton.hidden = hits.length === 0;
  status.textContent = summary(hits, parsed, fields);
}

function showError(error) {
  status.textContent = `The search failed: ${error.message}`;
}

// Searches, and puts the form into the address, so that it can be shared and the Back button works.
function submit() {
  history.pushState(null, "", `?${new URLSearchParams(currentFields())}`);
  search().catch(showError);
}

// Fills the form from the address.
function readAddress() {
  const fields = new URLSearchParams(location.search);
  for (const field of form.elements) if (field.name) field.value = fields.get(field.name) ?? "";
}

function start() {
  readAddress();
  search().catch(showError);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
for (const select of form.querySelectorAll("select")) select.addEventListener("change", submit);
window.addEventListener("popstate", start);
// On small screens the fields other than the words are open only if one of them is set, so that the hits are in view.
function adaptFilters(isWide) {
  const isSet = Object.keys(currentFields()).some((name) => name !== "q");
  document.getElementById("filters").open = isWide || isSet;
}

document.getElementById("no-script").remove();
form.hidden = false;
start();
adaptFilters(matchMedia("(min-width: 40rem)").matches); // as in style.css
