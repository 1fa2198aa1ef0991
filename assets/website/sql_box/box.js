// The form that runs the visitor's SQL queries. The query is kept in the address of the page, so that it can be shared.

import { csvField, saveCsvCells } from "../static/csv.js";
import { mayHaveLastingEffect, openDatabase } from "./database.js";
import { toCell } from "./values.js";

const MAX_ROWS = 500;
const form = document.getElementById("query-form");
const queryField = document.getElementById("query");
const status = document.getElementById("status");
const resultContainer = document.getElementById("result");
const download = document.getElementById("download");
const firstQuery = queryField.value;
const assetUrl = (path) => new URL(path, import.meta.url).href;
let database;
let lastResult;
let lastRun = Promise.resolve();

async function runQuery(sql) {
  database ??= openDatabase(assetUrl);
  try {
    return await (await database).query(sql);
  } finally {
    if (mayHaveLastingEffect(sql)) closeDatabase();
  }
}

// The next query opens a new database.
async function closeDatabase() {
  const closing = database;
  database = undefined;
  (await closing).close();
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
  const rows = result.toArray().map((row) => fields.map(({ name, type }) => toCell(row[name], String(type))));
  const table = document.createElement("table");
  const shown = rows.slice(0, MAX_ROWS).map((row) => tableRow(...cells("td", row.map(({ text }) => text))));
  table.createTHead().append(tableRow(...cells("th", columns, "col")));
  table.createTBody().append(...shown);
  resultContainer.replaceChildren(table);
  resultContainer.hidden = false;
  download.hidden = false;
  lastResult = { columns, rows };
  if (rows.length > MAX_ROWS) return `${rows.length} rows; the first ${MAX_ROWS} are shown.`;
  return rows.length === 1 ? "1 row." : `${rows.length} rows.`;
}

// Runs the query in the field after those that run already.
function run() {
  const sql = queryField.value;
  status.textContent = database ? "Running…" : "Downloading DuckDB and the columns…";
  lastRun = lastRun.then(async () => {
    try {
      status.textContent = showResult(await runQuery(sql));
    } catch (error) {
      resultContainer.hidden = true;
      download.hidden = true;
      status.textContent = error.message;
    }
  });
}

function queryOfAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("q") ?? firstQuery;
}

// Keeps the query in the address: each query that runs is an entry of the browser's history.
function runAndRemember() {
  if (queryField.value !== queryOfAddress()) {
    history.pushState(null, "", `#${new URLSearchParams({ q: queryField.value })}`);
  }
  run();
}

// A shared query is shown, and runs when the visitor asks for it: DuckDB is a large download.
function showQueryOfAddress() {
  queryField.value = queryOfAddress();
  if (database) run();
}

function saveAsCsv() {
  const header = lastResult.columns.map((text) => ({ text, isText: true }));
  const rows = [header, ...lastResult.rows].map((row) => row.map(({ text, isText }) => csvField(text, isText)));
  saveCsvCells(rows, "result.csv");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  runAndRemember();
});
document.getElementById("save").addEventListener("click", saveAsCsv);
for (const button of document.querySelectorAll("button.run-example")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    queryField.value = button.parentElement.querySelector("code").textContent;
    form.scrollIntoView();
    runAndRemember();
  });
}
window.addEventListener("popstate", showQueryOfAddress);
document.getElementById("no-script").remove();
form.hidden = false;
showQueryOfAddress();
