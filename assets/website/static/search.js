// Searches the index that assets/website/search_index.py writes. Normalisation of words and ranking (Okapi BM25) are
// those of the database's finding_search: see sql/functions and sql/macros/search_scores.sql.

const RESULTS_PER_PAGE = 20;
const form = document.getElementById("search");
const status = document.getElementById("status");
const results = document.getElementById("results");
const moreButton = document.getElementById("more");
const requests = new Map();
let index;
let hits = [];

// Fetches a file of the index once.
function load(path) {
  if (!requests.has(path)) requests.set(path, fetch(`index/${path}.json`).then((response) => response.json()));
  return requests.get(path);
}

function tokenize(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

// The form under which the index has a token: the singular.
function normalize(token) {
  return token
    .replace(/^([a-z]{2,})ies$/, "$1y")
    .replace(/^([a-z]+)(x|ch|sh|ss)es$/, "$1$2")
    .replace(/^([a-z]{2,}[^siu])s$/, "$1");
}

// Decodes a run-length encoded column into one value per text.
function decodeRuns(runs) {
  return runs.flatMap(([value, count]) => Array(count).fill(value));
}

async function loadIndex() {
  if (index) return;
  const about = await load("about");
  const totalWords = about.word_counts.reduce((sum, count) => sum + count, 0);
  index = {
    ...about,
    textReports: about.reports.flatMap((report) => Array(report.text_count).fill(report)),
    textAreas: decodeRuns(about.areas),
    textGrades: decodeRuns(about.grades),
    meanWords: totalWords / about.word_counts.length,
    wordFiles: new Set(about.word_files),
  };
}

// Pairs of a text's number and how often the text contains the word.
async function postings(word) {
  const file = [`${word}.word`, word.slice(0, 2)].find((name) => index.wordFiles.has(name));
  const entry = file && (await load(`words/${file}`))[word];
  if (!entry) return [];
  const [differences, frequencies] = entry;
  let document = 0;
  return differences.map((difference, position) => [(document += difference) - 1, frequencies[position]]);
}

function passesFilters(text, filters) {
  const report = index.textReports[text];
  return (
    (!filters.authority || String(report.urn) === filters.authority) &&
    (!filters.year || report.published.startsWith(filters.year)) &&
    (!filters.area || index.textAreas[text] === filters.area) &&
    (!filters.grade || index.textGrades[text] === filters.grade) &&
    (!filters.source_table || report.source_table === filters.source_table)
  );
}

// Numbers of the texts that contain any of the words, best first. Removes from words those that are not in the index.
async function rank(words, filters) {
  const textCount = index.word_counts.length;
  const scores = new Map();
  for (const word of words) {
    const wordPostings = await postings(word);
    if (!wordPostings.length) words.delete(word);
    const weight = Math.log(1 + (textCount - wordPostings.length + 0.5) / (wordPostings.length + 0.5));
    for (const [text, frequency] of wordPostings) {
      if (!passesFilters(text, filters)) continue;
      const length = index.word_counts[text] / index.meanWords;
      const score = (weight * frequency * 2.2) / (frequency + 1.2 * (0.25 + 0.75 * length));
      scores.set(text, (scores.get(text) ?? 0) + score);
    }
  }
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([text]) => text);
}

// The sentence that contains most of the words.
function bestSentence(text, words) {
  const sentences = text.match(/[^.!?]+[.!?]*\s*/g) ?? [text];
  const counts = sentences.map((sentence) => new Set(tokenize(sentence).map(normalize).filter((word) => words.has(word))).size);
  return sentences[counts.indexOf(Math.max(...counts))].trim();
}

// The text as nodes, with the words highlighted.
function highlight(text, words) {
  return text.split(/([\p{L}\p{M}\p{N}]+)/u).map((part, position) => {
    if (position % 2 === 0 || !tokenize(part).some((token) => words.has(normalize(token)))) return part;
    return element("mark", part);
  });
}

function element(name, ...content) {
  const node = document.createElement(name);
  node.append(...content);
  return node;
}

async function resultItem(number, words) {
  const texts = await load(`texts/${Math.floor(number / index.texts_per_file)}`);
  const [anchor, text] = texts[number % index.texts_per_file];
  const report = index.textReports[number];
  const link = element("a", `${index.authorities[report.urn]}, ${report.family.toLowerCase()}, ${report.published}`);
  link.href = `../reports/${report.report_id}/#${anchor}`;
  const heading = element("p", link, ` ${index.area_labels[index.textAreas[number]] ?? ""} `);
  const grade = index.textGrades[number];
  if (grade) {
    const badge = element("span", index.grade_labels[grade]);
    badge.className = `badge ${grade}`;
    heading.append(badge);
  }
  return element("li", heading, element("p", ...highlight(bestSentence(text, words), words)));
}

async function showMore(words) {
  const next = hits.splice(0, RESULTS_PER_PAGE);
  results.append(...(await Promise.all(next.map((number) => resultItem(number, words)))));
  moreButton.hidden = hits.length === 0;
}

async function search() {
  const filters = Object.fromEntries(new FormData(form));
  const words = new Set(tokenize(filters.q).map(normalize));
  results.replaceChildren();
  moreButton.hidden = true;
  if (!words.size) return;
  status.textContent = "Searching…";
  await loadIndex();
  hits = await rank(words, filters);
  const count = hits.length;
  moreButton.onclick = () => showMore(words);
  await showMore(words);
  status.textContent = count
    ? `${count.toLocaleString("en-GB")} paragraphs contain at least one of these words, best matches first.`
    : "No paragraph contains these words.";
}

function showError(error) {
  status.textContent = `The search failed: ${error.message}`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", `?${query}`);
  search().catch(showError);
});

document.getElementById("no-script").remove();
form.hidden = false;
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements.namedItem(name);
  if (field) field.value = value;
}
if (form.elements.q.value) search().catch(showError);
