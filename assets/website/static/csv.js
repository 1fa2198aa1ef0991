// Saves rows as a CSV file that spreadsheets open without running anything.

// A cell. A spreadsheet would run a text that begins like a formula, so such a text gets an apostrophe.
export function csvCell(value) {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Downloads rows, the first of which has the names of the columns. The mark at the beginning states UTF-8.
export function saveCsv(rows, fileName) {
  const lines = rows.map((row) => `${row.map(csvCell).join(",")}\r\n`);
  saveFile(new Blob(["\ufeff", ...lines], { type: "text/csv" }), fileName);
}

export function saveFile(content, fileName) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}
