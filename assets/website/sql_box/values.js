// Values of an Arrow result as text.

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
