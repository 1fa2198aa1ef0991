// The release as a DuckDB database in the browser, which reads only the columns that a query needs.
//
// DuckDB's browser build can read Parquet only with an extension from another host, so parquet-wasm reads the files.
// All tables exist from the start, but without rows. DuckDB's own plan of a query says which columns of which tables
// it scans, through views and macros too; these are loaded, and then the query runs. Every query runs in a transaction
// that is rolled back, so none changes the tables for the next one.
//
// No query can reach a host: DuckDB's external access is off, and its settings are locked. Its worker is created from a
// blob, because such a worker has the content security policy of the page; one from a URL has that of its own response.

import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import { fetchFile, readColumns } from "./parquet.js";

const SETTINGS = `
  SET autoinstall_known_extensions = false;
  SET autoload_known_extensions = false;
  SET enable_external_access = false;
  -- Otherwise a plan leaves out scans of tables whose statistics say that they have no rows.
  SET disabled_optimizers = 'statistics_propagation';
  SET lock_configuration = true`;
const ARROW_TABLE = "arrow_being_loaded";

// Opens the database. `assetUrl` returns the URL of a file next to the script. The result has `query`, and `close`.
export async function openDatabase(assetUrl) {
  const duckdb = new AsyncDuckDB(new VoidLogger(), await startWorker(assetUrl("duckdb-browser-eh.worker.js")));
  await duckdb.instantiate(assetUrl("duckdb-eh.wasm"));
  const connection = await duckdb.connect();
  await connection.query(SETTINGS);
  const [{ tables, definitions }, { files }] = await Promise.all([
    fetchJson(assetUrl("definitions.json")),
    fetchJson(assetUrl("../../downloads/index.json")),
  ]);
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const release = {
    connection,
    parquetModule: assetUrl("parquet_wasm_bg.wasm"),
    tables: new Map(Object.entries(tables).map(([name, columns]) => [name, new Map(Object.entries(columns))])),
    files: new Map(
      Object.keys(tables).map((name) => {
        const path = `parquet/${name}.parquet`;
        return [name, { url: assetUrl(`../../downloads/${path}`), bytes: sizes.get(path) }];
      }),
    ),
    definitions,
    derived: new Map(),
    loaded: new Map(),
  };
  await createTables(release);
  return {
    close: () => duckdb.terminate(),
    query: async (sql) => {
      await load(await columnsRead(sql, release), release);
      return inTransaction(() => connection.query(sql), connection);
    },
  };
}

// Whether the statements of a text may have an effect on later ones: they end the transaction, or leave its tables.
export function mayHaveLastingEffect(sql) {
  return /;\s*\S/.test(sql) && /\b(begin|start|commit|end|rollback|abort|attach|detach|use)\b/i.test(sql);
}

async function startWorker(url) {
  const script = await (await fetchFile(url)).blob();
  const blobUrl = URL.createObjectURL(script);
  try {
    return new Worker(blobUrl);
  } finally {
    URL.revokeObjectURL(blobUrl);
  }
}

async function fetchJson(url) {
  return (await fetchFile(url)).json();
}

// Creates the tables without rows, then the views, macros and derived tables in their order.
async function createTables(release) {
  const { connection, tables, definitions, derived } = release;
  for (const [name, columns] of tables) {
    const declarations = [...columns].map(([column, type]) => `"${column}" ${type}`);
    await connection.query(`CREATE TABLE "${name}" (${declarations.join(", ")})`);
  }
  for (const { name, statement, is_table: isTable } of definitions) {
    if (isTable) derived.set(name, { statement, reads: await columnsRead(statement, release) });
    await connection.query(statement);
  }
}

async function inTransaction(action, connection) {
  await connection.query("BEGIN");
  try {
    return await action();
  } finally {
    await connection.query("ROLLBACK").catch(() => {}); // the query itself has ended the transaction
  }
}

// Returns the columns that a statement reads, by table. Without a plan these are all columns of the tables that it names.
async function columnsRead(sql, release) {
  const { connection } = release;
  try {
    const result = await inTransaction(() => connection.query(`EXPLAIN (FORMAT json) ${sql}`), connection);
    return columnsOfPlan(JSON.parse(result.toArray()[0].explain_value), release);
  } catch {
    return columnsOfNames(sql, release);
  }
}

function columnsOfPlan(nodes, { tables, derived }, reads = new Map()) {
  for (const { extra_info: info = {}, children = [] } of nodes) {
    const table = info.Table?.split(".").pop();
    if (derived.has(table)) reads.set(table, new Set());
    if (tables.has(table)) {
      const names = identifiers(JSON.stringify([info.Projections, info.Filters]));
      const columns = [...tables.get(table).keys()].filter((column) => names.has(column));
      reads.set(table, new Set([...(reads.get(table) ?? []), ...columns]));
    }
    columnsOfPlan(children, { tables, derived }, reads);
  }
  return reads;
}

function columnsOfNames(sql, { tables, derived, definitions }) {
  const names = identifiers(sql);
  for (const { name, statement } of [...definitions].reverse()) {
    if (names.has(name)) identifiers(statement).forEach((identifier) => names.add(identifier));
  }
  const named = [...tables].filter(([name]) => names.has(name));
  return new Map([
    ...named.map(([name, columns]) => [name, new Set(columns.keys())]),
    ...[...derived.keys()].filter((name) => names.has(name)).map((name) => [name, new Set()]),
  ]);
}

function identifiers(sql) {
  return new Set(sql.match(/\w+/g));
}

// Loads columns by table. A column that was loaded before is not loaded again.
async function load(reads, release) {
  const { connection, derived, loaded } = release;
  for (const [table, columns] of reads) {
    if (!derived.has(table)) {
      await loadTable(table, columns, release);
    } else if (!loaded.has(table)) {
      const { statement, reads: itsReads } = derived.get(table);
      await load(itsReads, release);
      await connection.query(`DROP TABLE "${table}"`);
      await connection.query(statement);
      loaded.set(table, columns);
    }
  }
}

async function loadTable(table, columns, { connection, tables, files, parquetModule, loaded }) {
  const present = loaded.get(table);
  if (present && [...columns].every((column) => present.has(column))) return;
  const wanted = new Set([...(present ?? []), ...columns]);
  // A query that only counts rows reads no column; any one has as many rows.
  if (wanted.size === 0) wanted.add(tables.get(table).keys().next().value);
  const stream = await readColumns(files.get(table), [...wanted], parquetModule);
  loaded.delete(table);
  await connection.query(`DELETE FROM "${table}"`);
  await connection.insertArrowFromIPCStream(stream, { name: ARROW_TABLE, create: true });
  await connection.query(`INSERT INTO "${table}" BY NAME SELECT * FROM ${ARROW_TABLE}`);
  await connection.query(`DROP TABLE ${ARROW_TABLE}`);
  loaded.set(table, wanted);
}
