// Searches the files that assets/website/search_index.py writes. Words and ranking (Okapi BM25) are those of the
// database's finding_search: see sql/functions and sql/macros/search_scores.sql.

const AT_ONCE = 20;
const form = document.getElementById("search");
const told = document.getElementById("told");
const found = document.getElementById("found");
const more = document.getElementById("more");
const files = new Map();
let about;
let hits = [];

function file(path) {
  if (!files.has(path)) files.set(path, fetch(`index/${path}.json`).then((answer) => answer.json()));
  return files.get(path);
}

function tokens(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function word(token) {
  return token
    .replace(/^([a-z]{2,})ies$/, "$1y")
    .replace(/^([a-z]+)(x|ch|sh|ss)es$/, "$1$2")
    .replace(/^([a-z]{2,}[^siu])s$/, "$1");
}

// A column as the index has it, in runs: a value for every text.
function unrolled(runs) {
  return runs.flatMap(([value, times]) => Array(times).fill(value));
}

async function prepared() {
  if (about) return about;
  const read = await file("about");
  const report = read.reports.flatMap((each) => Array(each.texts).fill(each));
  const mean = read.words.reduce((sum, words) => sum + words, 0) / read.words.length;
  about = { ...read, report, mean, area: unrolled(read.area), grade: unrolled(read.grade), known: new Set(read.files) };
  return about;
}

async function postings(asked) {
  const path = [`${asked}.word`, asked.slice(0, 2)].find((name) => about.known.has(name));
  const entry = path && (await file(`words/${path}`))[asked];
  if (!entry) return [];
  let document = 0;
  return entry[0].map((step, index) => [(document += step) - 1, entry[1][index]]);
}

function fits(text, wanted) {
  const report = about.report[text];
  return (
    (!wanted.authority || String(report.urn) === wanted.authority) &&
    (!wanted.year || report.published.startsWith(wanted.year)) &&
    (!wanted.area || about.area[text] === wanted.area) &&
    (!wanted.grade || about.grade[text] === wanted.grade) &&
    (!wanted.which || report.which === wanted.which)
  );
}

async function ranked(asked, wanted) {
  const all = about.words.length;
  const scores = new Map();
  for (const each of asked) {
    const standing = await postings(each);
    if (!standing.length) asked.delete(each); // in no text, or too common a word to be in the index
    const rare = Math.log(1 + (all - standing.length + 0.5) / (standing.length + 0.5));
    for (const [text, times] of standing) {
      if (!fits(text, wanted)) continue;
      const score = (rare * times * 2.2) / (times + 1.2 * (0.25 + (0.75 * about.words[text]) / about.mean));
      scores.set(text, (scores.get(text) ?? 0) + score);
    }
  }
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([text]) => text);
}

// The sentence that has most of the words, and the words in it marked.
function sentence(text, asked) {
  const sentences = text.match(/[^.!?]+[.!?]*\s*/g) ?? [text];
  const counted = sentences.map((each) => new Set(tokens(each).map(word).filter((one) => asked.has(one))).size);
  return sentences[counted.indexOf(Math.max(...counted))].trim();
}

function marked(text, asked) {
  return text.split(/([\p{L}\p{M}\p{N}]+)/u).map((part, index) => {
    if (index % 2 === 0 || !tokens(part).some((one) => asked.has(word(one)))) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}

function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

async function shown(number, asked) {
  const texts = await file(`texts/${Math.floor(number / about.texts_a_file)}`);
  const [anchor, text] = texts[number % about.texts_a_file];
  const report = about.report[number];
  const link = element("a", `${about.authorities[report.urn]}, ${report.family.toLowerCase()}, ${report.published}`);
  link.href = `../reports/${report.report}/#${anchor}`;
  const area = about.areas[about.area[number]];
  const grade = about.grades[about.grade[number]];
  const line = element("p", link, ` ${area ?? ""} `);
  if (grade) {
    const badge = element("span", grade);
    badge.className = `badge ${about.grade[number]}`;
    line.append(badge);
  }
  return element("li", line, element("p", ...marked(sentence(text, asked), asked)));
}

async function showMore(asked) {
  const next = hits.splice(0, AT_ONCE);
  found.append(...(await Promise.all(next.map((number) => shown(number, asked)))));
  more.hidden = hits.length === 0;
}

async function search() {
  const wanted = Object.fromEntries(new FormData(form));
  const asked = new Set(tokens(wanted.q).map(word));
  found.replaceChildren();
  more.hidden = true;
  if (!asked.size) return;
  told.textContent = "Searching…";
  await prepared();
  hits = await ranked(asked, wanted);
  const count = hits.length;
  more.onclick = () => showMore(asked);
  await showMore(asked);
  told.textContent = count ? `${count.toLocaleString("en-GB")} paragraphs have any of these words, the best first.` : "Nothing has these words.";
}

function fail(error) {
  told.textContent = `The search does not answer: ${error.message}`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", `?${query}`);
  search().catch(fail);
});

document.getElementById("without").remove();
form.hidden = false;
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements.namedItem(name);
  if (field) field.value = value;
}
if (form.elements.q.value) search().catch(fail);
