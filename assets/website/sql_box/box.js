// Asks DuckDB, which runs in this page, what the visitor asks in SQL.
//
// DuckDB's build for browsers reads Parquet only with an extension from another host; here parquet-wasm reads the
// release's files and hands them to DuckDB as Arrow. A question fetches the tables it names, once, and makes the views
// and macros it names, from the statements that made the release's.

import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import initParquet, { readParquet } from "parquet-wasm/esm/parquet_wasm.js";

const MOST_ROWS = 500;
const form = document.getElementById("ask");
const question = document.getElementById("question");
const told = document.getElementById("told");
const answer = document.getElementById("answer");
const keep = document.getElementById("keep");
const here = (path) => new URL(path, import.meta.url).href;
const loaded = new Map();
let opened;
let last;

async function open() {
  const worker = new Worker(here("duckdb-browser-eh.worker.js"));
  const database = new AsyncDuckDB(new VoidLogger(), worker);
  await Promise.all([database.instantiate(here("duckdb-eh.wasm")), initParquet({ module_or_path: here("parquet_wasm_bg.wasm") })]);
  const connection = await database.connect();
  // Nothing is fetched from any other host, whatever is asked.
  await connection.query("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false");
  const [definitions, index] = await Promise.all(
    [here("definitions.json"), here("../../downloads/index.json")].map((url) => fetch(url).then((found) => found.json())),
  );
  return {
    connection,
    definitions: new Map(definitions.map(({ name, statement }) => [name, statement])),
    tables: new Set(Object.keys(index.tables)),
  };
}

function names(sql) {
  return new Set(sql.match(/\w+/g));
}

// Makes what a statement names, and first what that names in its turn: tables are fetched, views and macros made.
async function provide(sql, box, except) {
  for (const name of names(sql)) {
    if (name === except) continue;
    if (box.tables.has(name)) await once(name, () => load(name, box.connection));
    else if (box.definitions.has(name)) await once(name, () => define(name, box));
  }
}

async function define(name, box) {
  const statement = box.definitions.get(name);
  await provide(statement, box, name);
  return box.connection.query(statement);
}

async function load(table, connection) {
  const file = await fetch(here(`../../downloads/parquet/${table}.parquet`));
  if (!file.ok) throw new Error(`${table}.parquet cannot be fetched (${file.status})`);
  const stream = readParquet(new Uint8Array(await file.arrayBuffer())).intoIPCStream();
  await connection.insertArrowFromIPCStream(stream, { name: table, create: true });
}

// Does what is to be done once for a name; what failed is tried again when it is asked for again.
async function once(name, make) {
  if (!loaded.has(name)) loaded.set(name, make());
  try {
    return await loaded.get(name);
  } catch (error) {
    loaded.delete(name);
    throw error;
  }
}

async function ask(sql) {
  opened ??= open();
  const box = await opened;
  await provide(sql, box);
  return box.connection.query(sql);
}

function words(value, type) {
  if (value === null || value === undefined) return "";
  if (/^Date/.test(type)) return new Date(Number(value)).toISOString().slice(0, 10);
  if (/^Timestamp/.test(type)) return new Date(Number(value)).toISOString().slice(0, 19).replace("T", " ");
  if (/^Decimal/.test(type)) return decimal(value, type);
  if (typeof value === "object") return JSON.stringify(value, (_, each) => (typeof each === "bigint" ? Number(each) : each));
  return String(value);
}

// Arrow's decimals are whole numbers; their type says where the point stands.
function decimal(value, type) {
  const scale = Number(type.match(/(\d+)\]?$/)?.[1] ?? 0);
  return String(Number(value.toString()) / 10 ** scale);
}

function cells(name, texts, type) {
  return texts.map((text) => {
    const cell = document.createElement(name);
    if (type) cell.scope = type;
    cell.textContent = text;
    return cell;
  });
}

function line(...content) {
  const row = document.createElement("tr");
  row.append(...content);
  return row;
}

function shown(found) {
  const fields = found.schema.fields;
  const rows = found.toArray().map((row) => fields.map(({ name, type }) => words(row[name], String(type))));
  const table = document.createElement("table");
  table.createTHead().append(line(...cells("th", fields.map(({ name }) => name), "col")));
  const body = table.createTBody();
  body.append(...rows.slice(0, MOST_ROWS).map((row) => line(...cells("td", row))));
  answer.replaceChildren(table);
  answer.hidden = false;
  keep.hidden = false;
  last = [fields.map(({ name }) => name), ...rows];
  return rows.length > MOST_ROWS ? `${rows.length} rows, of which the first ${MOST_ROWS} are shown.` : `${rows.length} rows.`;
}

async function run() {
  told.textContent = opened ? "Asking…" : "Fetching DuckDB and the tables…";
  try {
    told.textContent = shown(await ask(question.value));
  } catch (error) {
    answer.hidden = true;
    keep.hidden = true;
    told.textContent = error.message;
  }
}

function save() {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([last.map((row) => `${row.map(quoted).join(",")}\n`).join("")], { type: "text/csv" }));
  link.download = "answer.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
document.getElementById("save").addEventListener("click", save);
for (const button of document.querySelectorAll("button.try")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    question.value = button.parentElement.querySelector("code").textContent;
    form.scrollIntoView();
    run();
  });
}
document.getElementById("without").remove();
form.hidden = false;
