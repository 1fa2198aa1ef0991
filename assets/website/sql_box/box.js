// Runs the visitor's SQL queries with DuckDB in the browser.
//
// DuckDB's browser build can read Parquet only with an extension from another host. Instead, parquet-wasm reads the
// release's Parquet files and passes them to DuckDB as Arrow. Before a query runs, the tables that it names are loaded,
// and the views and macros that it names are created with the same statements as in the release. Both happen once.

import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import initParquet, { readParquet } from "parquet-wasm/esm/parquet_wasm.js";

const MAX_ROWS = 500;
const form = document.getElementById("query-form");
const queryField = document.getElementById("query");
const status = document.getElementById("status");
const resultContainer = document.getElementById("result");
const download = document.getElementById("download");
const assetUrl = (path) => new URL(path, import.meta.url).href;
const provided = new Map();
let database;
let lastResult;

async function openDatabase() {
  const worker = new Worker(assetUrl("duckdb-browser-eh.worker.js"));
  const duckdb = new AsyncDuckDB(new VoidLogger(), worker);
  const parquetModule = assetUrl("parquet_wasm_bg.wasm");
  await Promise.all([duckdb.instantiate(assetUrl("duckdb-eh.wasm")), initParquet({ module_or_path: parquetModule })]);
  const connection = await duckdb.connect();
  // No query may cause a request to another host.
  await connection.query("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false");
  const [definitions, manifest] = await Promise.all(
    ["definitions.json", "../../downloads/index.json"].map((path) => fetch(assetUrl(path)).then((response) => response.json())),
  );
  return {
    connection,
    definitions: new Map(definitions.map(({ name, statement }) => [name, statement])),
    tables: new Set(Object.keys(manifest.tables)),
  };
}

function identifiers(sql) {
  return new Set(sql.match(/\w+/g));
}

// Loads the tables and creates the views and macros that a statement names, each after what it names itself.
async function provide(sql, { connection, definitions, tables }, except) {
  for (const name of identifiers(sql)) {
    if (name === except) continue;
    if (tables.has(name)) await once(name, () => loadTable(name, connection));
    else if (definitions.has(name)) await once(name, () => define(name, { connection, definitions, tables }));
  }
}

async function define(name, target) {
  const statement = target.definitions.get(name);
  await provide(statement, target, name);
  return target.connection.query(statement);
}

async function loadTable(table, connection) {
  const response = await fetch(assetUrl(`../../downloads/parquet/${table}.parquet`));
  if (!response.ok) throw new Error(`${table}.parquet cannot be downloaded (HTTP status ${response.status})`);
  const stream = readParquet(new Uint8Array(await response.arrayBuffer())).intoIPCStream();
  await connection.insertArrowFromIPCStream(stream, { name: table, create: true });
}

// Runs an action once per name. After a failure the next call runs it again.
async function once(name, action) {
  if (!provided.has(name)) provided.set(name, action());
  try {
    return await provided.get(name);
  } catch (error) {
    provided.delete(name);
    throw error;
  }
}

async function runQuery(sql) {
  database ??= openDatabase();
  const target = await database;
  await provide(sql, target);
  return target.connection.query(sql);
}

function formatValue(value, type) {
  if (value === null || value === undefined) return "";
  if (/^Date/.test(type)) return new Date(Number(value)).toISOString().slice(0, 10);
  if (/^Timestamp/.test(type)) return new Date(Number(value)).toISOString().slice(0, 19).replace("T", " ");
  if (/^Decimal/.test(type)) return formatDecimal(value, type);
  if (typeof value === "object") return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? Number(item) : item));
  return String(value);
}

// Arrow stores decimals as integers; the scale is part of the type.
function formatDecimal(value, type) {
  const scale = Number(type.match(/(\d+)\]?$/)?.[1] ?? 0);
  return String(Number(value.toString()) / 10 ** scale);
}

function cells(name, texts, scope) {
  return texts.map((text) => {
    const cell = document.createElement(name);
    if (scope) cell.scope = scope;
    cell.textContent = text;
    return cell;
  });
}

function tableRow(...content) {
  const row = document.createElement("tr");
  row.append(...content);
  return row;
}

// Shows a result as a table and returns a sentence about its size.
function showResult(result) {
  const fields = result.schema.fields;
  const columns = fields.map(({ name }) => name);
  const rows = result.toArray().map((row) => fields.map(({ name, type }) => formatValue(row[name], String(type))));
  const table = document.createElement("table");
  table.createTHead().append(tableRow(...cells("th", columns, "col")));
  table.createTBody().append(...rows.slice(0, MAX_ROWS).map((row) => tableRow(...cells("td", row))));
  resultContainer.replaceChildren(table);
  resultContainer.hidden = false;
  download.hidden = false;
  lastResult = [columns, ...rows];
  return rows.length > MAX_ROWS ? `${rows.length} rows; the first ${MAX_ROWS} are shown.` : `${rows.length} rows.`;
}

async function run() {
  status.textContent = database ? "Running…" : "Downloading DuckDB and the tables…";
  try {
    status.textContent = showResult(await runQuery(queryField.value));
  } catch (error) {
    resultContainer.hidden = true;
    download.hidden = true;
    status.textContent = error.message;
  }
}

function saveAsCsv() {
  const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = lastResult.map((row) => `${row.map(quote).join(",")}\n`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("")], { type: "text/csv" }));
  link.download = "result.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
document.getElementById("save").addEventListener("click", saveAsCsv);
for (const button of document.querySelectorAll("button.run-example")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    queryField.value = button.parentElement.querySelector("code").textContent;
    form.scrollIntoView();
    run();
  });
}
document.getElementById("no-script").remove();
form.hidden = false;
