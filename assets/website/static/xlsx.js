// Writes tables as an XLSX file, in the browser. A table is a list of rows of texts, numbers and nulls; its first row is
// the header. All texts are inline strings, so that none is a formula.

// XML cannot contain other control characters, nor halves of a surrogate pair.
function escapeXml(text) {
  return text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "")
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "")
    .replace(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]);
}

function sheetCell(value, style) {
  if (value === null || value === undefined) return "<c/>";
  if (typeof value === "number") return `<c><v>${value}</v></c>`;
  return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escapeXml(String(value).slice(0, 32767))}</t></is></c>`;
}

const NAMESPACE = "http://schemas.openxmlformats.org";
const MAIN = `xmlns="${NAMESPACE}/spreadsheetml/2006/main"`;
const OFFICE = `${NAMESPACE}/officeDocument/2006/relationships`;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAX_COLUMN_WIDTH = 70;

// Style 1 is the header's, style 2 wraps long texts.
const STYLES = `${XML}<styleSheet ${MAIN}><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

function sheetXml(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => String(row[column] ?? "").length)) + 2);
  const columns = widths.map(
    (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${Math.min(width, MAX_COLUMN_WIDTH)}" customWidth="1"/>`,
  );
  const rows = table.map((row, index) => `<row>${row.map((value) => sheetCell(value, index ? 2 : 1)).join("")}</row>`);
  return `${XML}<worksheet ${MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join("")}</cols><sheetData>${rows.join("")}</sheetData></worksheet>`;
}

// Returns an XLSX file with a sheet for each table by name.
export function toXlsx(tables) {
  const names = Object.keys(tables);
  const numbered = names.map((name, index) => ({ name: escapeXml(name), number: index + 1 }));
  const sheets = numbered.map(({ name, number }) => `<sheet name="${name}" sheetId="${number}" r:id="rId${number}"/>`);
  const relation = (id, type, target) => `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relations = (list) => `${XML}<Relationships xmlns="${NAMESPACE}/package/2006/relationships">${list.join("")}</Relationships>`;
  const type = (part, kind) => `<Override PartName="/xl/${part}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  const files = {
    "[Content_Types].xml": `${XML}<Types xmlns="${NAMESPACE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type("workbook", "sheet.main")}${type("styles", "styles")}${numbered.map(({ number }) => type(`worksheets/sheet${number}`, "worksheet")).join("")}</Types>`,
    "_rels/.rels": relations([relation(1, "officeDocument", "xl/workbook.xml")]),
    "xl/workbook.xml": `${XML}<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets>${sheets.join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations([
      ...numbered.map(({ number }) => relation(number, "worksheet", `worksheets/sheet${number}.xml`)),
      relation(names.length + 1, "styles", "styles.xml"),
    ]),
    "xl/styles.xml": STYLES,
  };
  names.forEach((name, index) => (files[`xl/worksheets/sheet${index + 1}.xml`] = sheetXml(tables[name])));
  return new Blob([zip(files)], { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" });
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// Little-endian numbers of the given sizes in bytes, as pairs of size and value.
function pack(...fields) {
  const bytes = [];
  for (const [size, value] of fields) for (let index = 0; index < size; index++) bytes.push((value >>> (8 * index)) & 0xff);
  return Uint8Array.from(bytes);
}

// Returns a ZIP archive of texts by path, uncompressed, dated 1 January 1980.
function zip(files) {
  const encoder = new TextEncoder();
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, content] = [encoder.encode(path), encoder.encode(text)];
    const about = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, crc32(content)], [4, content.length], [4, content.length], [2, name.length], [2, 0]];
    const header = pack([4, 0x04034b50], ...about);
    parts.push(header, name, content);
    directory.push(pack([4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name);
    offset += header.length + name.length + content.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = pack([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]);
  return new Blob([...parts, ...directory, end]);
}
