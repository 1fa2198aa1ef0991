// Answers queries from the index that assets/website/search_index.py writes. Nothing here touches the page.
//
// The grammar of queries and the ranking are those of the database's finding_search and recommendation_search: see
// sql/macros/search_terms.sql and sql/macros/search_scores.sql. A test compares the hits of both.

const MAX_DISTANCE = 2;
const SHORT_WORD = 4;

// Opens an index. loadFile is a function that returns the content of a file of the index, or null if there is none.
export async function openIndex(loadFile) {
  const files = new Map();
  const load = (path) => {
    if (!files.has(path)) files.set(path, loadFile(path));
    return files.get(path);
  };
  const about = await load("about");
  const names = Object.entries(about.names).map(([name, urns]) => ({ name, urns: urns.map(String), tokens: tokenize(name) }));
  return { ...about, load, names, stopWords: new Set(about.stop_words), ordinaryNames: new Set(about.ordinary_names) };
}

// The function search_tokens of the database.
export function tokenize(text) {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const joined = plain.replace(/([a-z0-9])['’]s\b/g, "$1").replace(/([a-z0-9])['’]([a-z0-9])/g, "$1$2");
  return joined.match(/[a-z0-9]+/g) ?? [];
}

// The index words of tokens, from the vocabulary: a map from each token that occurs to its word and what is known of it.
async function lookUp(index, tokens) {
  const entries = new Map();
  await Promise.all(
    tokens.map(async (token) => {
      const file = await index.load(`vocabulary/${vocabularyFile(index, token)}`);
      const word = own(file?.spellings, token);
      if (word !== undefined) entries.set(token, { word, ...describe(file, word) });
    }),
  );
  return entries;
}

// A property of an object that was read from JSON; undefined if it has none, also for names such as 'constructor'.
function own(object, name) {
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}

function describe(file, word) {
  const [postingsFile, documents, spellings] = file.words[word];
  return { postingsFile, documents, spellings };
}

// The number of the vocabulary file whose range contains a spelling.
function vocabularyFile(index, spelling) {
  const next = index.vocabulary.findIndex((first) => first > spelling);
  return Math.max(0, (next < 0 ? index.vocabulary.length : next) - 1);
}

// Splits a query into tokens. Every token knows its element, whether it is excluded, and whether it stands in quotes.
function queryTokens(query) {
  const elements = query.replace(/[“”„]/g, '"').match(/-?"[^"]*"?|[^"\t\n\f\r ]+/g) ?? [];
  return elements.flatMap((element, number) =>
    tokenize(element).map((token) => ({
      token,
      number,
      isExcluded: element.startsWith("-"),
      isQuoted: element.includes('"'),
      isCapitalised: element.includes(token[0].toUpperCase() + token.slice(1)) || element.includes(token.toUpperCase()),
    })),
  );
}

// Reads a query: its clauses, the authorities and years that it names, and its words that occur in no text.
//
// Authorities and years outside quotes become filters; in quotes they are words.
export async function parseQuery(index, query) {
  const tokens = queryTokens(query);
  const named = recogniseFilters(index, tokens);
  const words = tokens.filter((token) => !named.tokens.has(token));
  const entries = await lookUp(index, [...new Set(words.map(({ token }) => token))]);
  words.forEach((word, place) => {
    word.position = place + 1;
    word.word = index.stopWords.has(word.token) ? null : (entries.get(word.token)?.word ?? word.token);
  });
  const clauses = [...fixedClauses(words), ...freeClauses(index, words)];
  const unknown = words.filter(({ token, word }) => word !== null && !entries.has(token)).map(({ token }) => token);
  return { clauses, filters: named.filters, unknown: [...new Set(unknown)], entries: byWord(entries), hasWords: words.length > 0 };
}

function byWord(entries) {
  return new Map([...entries.values()].map((entry) => [entry.word, entry]));
}

// Groups of tokens that belong to the same element of the query.
function elementsOf(tokens) {
  const groups = new Map();
  for (const token of tokens) groups.set(token.number, [...(groups.get(token.number) ?? []), token]);
  return [...groups.values()];
}

// Whether the words of an element are taken literally and together.
function isFixed(element) {
  return element[0].isQuoted || (element[0].isExcluded && element.length > 1);
}

// Clauses of quoted words, and of excluded words with hyphens. Stop words at the beginning and the end are ignored.
function fixedClauses(words) {
  return elementsOf(words)
    .filter((element) => isFixed(element))
    .flatMap((element) => {
      const first = element.findIndex(({ word }) => word !== null);
      if (first < 0) return [];
      const last = element.findLastIndex(({ word }) => word !== null);
      const trimmed = element.slice(first, last + 1);
      const found = trimmed.filter(({ word }) => word !== null).map(({ word }) => word);
      return [{ isExcluded: element[0].isExcluded, isPhrase: trimmed.length > 1, sequence: trimmed, alternatives: [found] }];
    });
}

// Clauses of single words and of abbreviations: each abbreviation is an alternative to the words of its form.
function freeClauses(index, words) {
  const free = elementsOf(words).filter((element) => !isFixed(element)).flat();
  const forms = abbreviatedForms(index, free);
  const clauses = new Map();
  for (const token of free) {
    const form = forms.find(({ start, length }) => token.position >= start && token.position < start + length);
    const clause = form?.start ?? token.position;
    if (token.word !== null) {
      if (!clauses.has(clause)) clauses.set(clause, { isExcluded: token.isExcluded, isPhrase: false, alternatives: [[]] });
      clauses.get(clause).alternatives[0].push(token.word);
    }
  }
  for (const { start, abbreviation } of forms) clauses.get(start)?.alternatives.push([abbreviation.toUpperCase()]);
  return [...clauses.values()];
}

// Successive words that are a form of an abbreviation. Of overlapping forms the longest counts, then the first.
function abbreviatedForms(index, tokens) {
  const found = new Map();
  for (const [abbreviation, , words] of index.abbreviations) {
    for (const start of matchingStarts(words, tokens, (word, token) => (token.word ?? token.token) === word)) {
      const { position } = tokens[start];
      found.set(`${abbreviation} ${position} ${words.length}`, { abbreviation, start: position, length: words.length });
    }
  }
  const forms = [...found.values()];
  return forms.filter(
    (form) =>
      !forms.some(
        (other) =>
          other.start < form.start + form.length &&
          form.start < other.start + other.length &&
          (other.length > form.length || (other.length === form.length && other.start < form.start)),
      ),
  );
}

// Places in a list of tokens where the words begin: the tokens follow each other in the query.
function matchingStarts(words, tokens, isSame) {
  return tokens.flatMap((first, start) => {
    const run = tokens.slice(start, start + words.length);
    const matches =
      run.length === words.length &&
      run.every((token, place) => token.position === first.position + place && token.isExcluded === first.isExcluded && isSame(words[place], token));
    return matches ? [start] : [];
  });
}

// Authorities and years that a query names outside quotes. A name that is an ordinary word too must be capitalised.
function recogniseFilters(index, tokens) {
  const free = tokens.filter(({ isQuoted, isExcluded }) => !isQuoted && !isExcluded);
  free.forEach((token, place) => (token.position = place));
  const taken = new Set();
  const filters = [];
  const isName = (name, token) => token.token === name && (token.isCapitalised || !index.ordinaryNames.has(name));
  const take = (words, filter) => {
    for (const start of matchingStarts(words, free, isName)) {
      const run = free.slice(start, start + words.length);
      if (run.some((token) => taken.has(token))) continue;
      run.forEach((token) => taken.add(token));
      filters.push({ ...filter, text: words.join(" ") });
    }
  };
  const names = [...index.names].sort((a, b) => b.tokens.length - a.tokens.length);
  for (const { tokens: words, urns } of names) take(words, { attribute: "authority", values: urns });
  for (const year of index.years) take([year], { attribute: "year", values: [year] });
  return { tokens: taken, filters };
}

function ascending(differences) {
  let number = 0;
  return differences.map((difference) => (number += difference));
}

async function postingsOf(index, word, entries) {
  const file = entries.get(word)?.postingsFile ?? own(index.abbreviation_files, word);
  if (file === undefined) return { documents: [], weights: [] };
  const [differences, weights] = (await index.load(`postings/${file}`))[word];
  return { documents: ascending(differences), weights };
}

// How often each text contains a phrase: a map from its number.
async function phraseFrequencies(index, sequence) {
  const places = sequence.flatMap(({ word }, place) => (word === null ? [] : [place]));
  const pairs = places.slice(1).map((end, number) => ({
    offset: places[number],
    key: sequence.slice(places[number], end + 1).map(({ word, token }) => word ?? token).join(" "),
  }));
  const found = await Promise.all(
    pairs.map(async ({ key, offset }) => {
      const file = await index.load(`phrases/${checksum(key) % index.phrase_files}`);
      const [differences, positions] = own(file, key) ?? [[], []];
      return ascending(differences).map((document, place) => [document, positions[place] - offset]);
    }),
  );
  const counts = new Map();
  for (const occurrences of found) {
    for (const [document, start] of occurrences) {
      const key = `${document} ${start}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const frequencies = new Map();
  for (const [key, count] of counts) {
    if (count < pairs.length) continue;
    const document = Number(key.split(" ")[0]);
    frequencies.set(document, (frequencies.get(document) ?? 0) + 1);
  }
  return frequencies;
}

// CRC-32 of ASCII text, as zlib computes it.
function checksum(text) {
  let crc = -1;
  for (const character of text) {
    crc ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// The numbers of the texts that any of the values of an attribute selects.
async function selectedTexts(index, attribute, values) {
  const lists = await Promise.all(values.map((value) => index.load(`filters/${attribute}-${value}`)));
  return lists.flatMap((differences) => ascending(differences ?? []));
}

// Numbers of the texts that match a parsed query and all filters, best first or newest first.
//
// filters: objects with an attribute and the values of which a text must have one.
export async function findTexts(index, parsed, filters, byDate) {
  const marks = new Uint8Array(index.texts + 1);
  const scores = new Float64Array(index.texts + 1);
  const rarity = (documents) => Math.log(1 + (index.texts - documents + 0.5) / (documents + 0.5));
  let required = 0;
  const restrictTo = (documents) => {
    required += 1;
    for (const document of documents) if (marks[document] === required - 1) marks[document] = required;
  };
  const excluded = new Set();
  const scored = new Set();
  for (const clause of parsed.clauses) {
    const documents = clause.isPhrase
      ? await phraseFrequencies(index, clause.sequence)
      : await textsOfAlternatives(index, clause.alternatives, parsed.entries);
    if (clause.isExcluded) {
      for (const document of documents.keys()) excluded.add(document);
      continue;
    }
    if (clause.isPhrase) {
      for (const [document, frequency] of documents) {
        scores[document] += (rarity(documents.size) * frequency * 2.2) / (frequency + 1.2);
      }
    }
    for (const word of clause.isPhrase ? [] : clause.alternatives.flat()) {
      if (scored.has(word)) continue;
      scored.add(word);
      const postings = await postingsOf(index, word, parsed.entries);
      const weight = rarity(postings.documents.length) / 14;
      postings.documents.forEach((document, place) => (scores[document] += weight * postings.weights[place]));
    }
    restrictTo(documents.keys());
  }
  for (const { attribute, values } of filters) restrictTo(new Set(await selectedTexts(index, attribute, values)));
  if (!required || (parsed.hasWords && parsed.clauses.every(({ isExcluded }) => isExcluded))) return [];
  const hits = [];
  for (let document = index.texts; document > 0; document -= 1) {
    if (marks[document] === required && !excluded.has(document)) hits.push(document);
  }
  const rounded = (document) => Math.round(scores[document] * 1000);
  return byDate ? hits : hits.sort((a, b) => rounded(b) - rounded(a) || b - a);
}

// Texts that contain all words of an alternative.
async function textsOfAlternatives(index, alternatives, entries) {
  const found = new Map();
  for (const alternative of alternatives) {
    const words = [...new Set(alternative)];
    const counts = new Map();
    for (const word of words) {
      for (const document of (await postingsOf(index, word, entries)).documents) counts.set(document, (counts.get(document) ?? 0) + 1);
    }
    for (const [document, count] of counts) if (count === words.length) found.set(document, 1);
  }
  return found;
}

// For a word that occurs in no text, the most similar one that does; undefined if none is similar.
export async function suggestion(index, token) {
  const first = vocabularyFile(index, token[0]);
  const last = vocabularyFile(index, `${token[0]}~`);
  const numbers = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  const files = await Promise.all(numbers.map((number) => index.load(`vocabulary/${number}`)));
  const limit = token.length > SHORT_WORD ? MAX_DISTANCE : 1;
  let best;
  for (const file of files) {
    for (const [spelling, word] of Object.entries(file.spellings)) {
      if (spelling[0] !== token[0] || Math.abs(spelling.length - token.length) > limit) continue;
      const distance = editDistance(token, spelling);
      if (distance > limit) continue;
      const { documents } = describe(file, word);
      const isBetter = !best || distance < best.distance || (distance === best.distance && documents > best.documents);
      if (isBetter) best = { spelling, distance, documents };
    }
  }
  return best?.spelling;
}

// Number of letters to insert, delete, replace or swap with the next one.
function editDistance(a, b) {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

// A text by its number, with its report.
export async function readText(index, document) {
  const file = await index.load(`texts/${Math.floor((document - 1) / index.texts_per_file)}`);
  const [report, anchor, paragraph, page, area, grade, kind, text] = file.texts[(document - 1) % index.texts_per_file];
  const [reportId, authority, family, published, source] = file.reports[report];
  return { reportId, authority, family, published, source, anchor, paragraph, page, area, grade, kind, text };
}

// The spellings to highlight: sequences of sets of tokens.
export function highlightedSequences(index, parsed) {
  const spellings = (word) => new Set(parsed.entries.get(word)?.spellings ?? [word]);
  return parsed.clauses
    .filter(({ isExcluded }) => !isExcluded)
    .flatMap(({ isPhrase, sequence, alternatives }) => {
      if (isPhrase) return [sequence.map(({ word, token }) => (word === null ? new Set([token]) : spellings(word)))];
      const [words, ...abbreviations] = alternatives;
      const forms = index.abbreviations.filter(([abbreviation]) => abbreviations.some(([word]) => word === abbreviation.toUpperCase()));
      return [
        ...words.map((word) => [spellings(word)]),
        ...forms.map(([, form]) => form.split(" ").map((token) => new Set([token, `${token}s`]))),
      ];
    });
}
