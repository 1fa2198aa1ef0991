// Values of an Arrow result as text, and texts as CSV for spreadsheets.

const BYTE_ORDER_MARK = "\ufeff";

// Returns a cell: its text, and whether it is a text in the result, rather than a number or a date.
export function toCell(value, type) {
  const isText = /^(Utf8|LargeUtf8|Dictionary)/.test(type) || (typeof value === "object" && value !== null);
  return { text: format(value, type), isText };
}

function format(value, type) {
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

// Returns a CSV file. A byte order mark tells spreadsheets the encoding. An apostrophe before a text that a spreadsheet
// would run as a formula keeps it a text.
export function toCsv(columns, rows) {
  const header = columns.map((text) => ({ text, isText: true }));
  const lines = [header, ...rows].map((cells) => `${cells.map(toField).join(",")}\r\n`);
  return BYTE_ORDER_MARK + lines.join("");
}

function toField({ text, isText }) {
  const safe = isText && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
