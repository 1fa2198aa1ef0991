// CSV files that spreadsheets open without running anything.

import { saveFile } from "./dom.js";

// A cell. A spreadsheet would run a text that begins like a formula, so such a text gets an apostrophe.
export function csvCell(value) {
  return csvField(String(value ?? ""), typeof value === "string");
}

// The same of a value that is a text in the file: isText is whether it was one before.
export function csvField(text, isText) {
  const safe = isText && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Saves rows of finished cells. The mark at the beginning states UTF-8.
export function saveCsvCells(rows, fileName) {
  const lines = rows.map((cells) => `${cells.join(",")}\r\n`);
  saveFile(new Blob(["\ufeff", ...lines], { type: "text/csv" }), fileName);
}

// Saves rows of values, the first of which has the names of the columns.
export function saveCsv(rows, fileName) {
  saveCsvCells(rows.map((row) => row.map(csvCell)), fileName);
}
