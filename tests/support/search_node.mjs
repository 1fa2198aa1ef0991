// Runs queries with the search page's engine on an index in a folder, and prints the hits of each as JSON.
//
// Arguments: the file of the engine, the folder of the index, then the queries. For each query: the numbers of the texts, best first; the
// filters that it names; the suggestion for each of its unknown words; and the files that were loaded, with their sizes.
import { existsSync, readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

const [engine, folder, ...queries] = process.argv.slice(2);
const { findTexts, openIndex, parseQuery, suggestion } = await import(`data:text/javascript;base64,${readFileSync(engine).toString("base64")}`);
const loaded = [];

async function loadFile(path) {
  const file = `${folder}/${path}.idx`;
  if (!existsSync(file)) return null;
  const content = readFileSync(file);
  loaded.push([path, content.length]);
  return JSON.parse(inflateSync(content));
}

const index = await openIndex(loadFile);
const answers = [];
for (const query of queries) {
  const parsed = await parseQuery(index, query);
  const suggestions = await Promise.all(parsed.unknown.map((token) => suggestion(index, token)));
  answers.push({ hits: await findTexts(index, parsed, parsed.filters, false), filters: parsed.filters, suggestions, loaded: loaded.splice(0) });
}
console.log(JSON.stringify(answers));
