// Reads columns of the release's Parquet files as Arrow, with byte ranges where the server answers them.

import initModule, { ParquetFile, readParquet } from "parquet-wasm/esm/parquet_wasm.js";

// A smaller file is read whole: one request is faster than one per column.
const MIN_BYTES_FOR_RANGES = 200_000;

let module;

// Returns an Arrow IPC stream with the columns of a file.
export async function readColumns({ url, bytes }, columns, moduleUrl) {
  module ??= initModule({ module_or_path: moduleUrl });
  await module;
  const hasRanges = bytes >= MIN_BYTES_FOR_RANGES && (await answersRanges(url));
  const table = hasRanges
    ? await (await ParquetFile.fromUrl(url)).read({ columns })
    : readParquet(new Uint8Array(await (await fetchFile(url)).arrayBuffer()), { columns });
  return table.intoIPCStream();
}

export async function fetchFile(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} cannot be downloaded (HTTP status ${response.status})`);
  return response;
}

// The four bytes are the start of every Parquet file; a server that ignores the range would send all of it.
async function answersRanges(url) {
  const response = await fetchFile(url, { headers: { Range: "bytes=0-3" } });
  if (response.status === 206) return (await response.arrayBuffer()).byteLength === 4;
  await response.body.cancel();
  return false;
}
