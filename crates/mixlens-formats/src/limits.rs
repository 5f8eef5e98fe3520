//! Size limits that no honest table reaches, so that a hostile one ends in an error and not in a
//! lack of memory.
//!
//! Memory stays below 64 bytes for every byte of the files, and 256 MB.

/// Bytes of a file. A table of 100,000 runs over 200 columns has 400 MB; what is read stays in
/// memory.
pub const MAX_FILE_BYTES: u64 = 512 << 20;

/// Bytes of a pipe or a device, whose length is unknown and may be infinite.
pub const MAX_STREAM_BYTES: u64 = 128 << 20;

/// Bytes of a trainer's config, or of one JSON object: fifty times the largest that trainers come
/// with. Every value becomes a node of a tree, which takes a hundred times the room.
pub const MAX_CONFIG_BYTES: u64 = 4 << 20;

/// Phases of a trainer's config: each becomes a mixture over all domains.
pub const MAX_PHASES: u64 = 1_000;

/// Rows of a file: far more proxy runs than are trained in practice, with room for a row per run
/// and metric.
pub const MAX_ROWS: u64 = 1_000_000;

/// Columns of a file, and different keys of JSON records: a hundred times the metrics of the
/// largest evaluation suites.
pub const MAX_COLUMNS: u64 = 100_000;

/// Bytes of a column's name, and of a nested key with dots: paths of data sets are a tenth as long.
pub const MAX_NAME_BYTES: u64 = 1_000;

/// Bytes of all names of columns together: names are held several times over, by tables, surrogates
/// and messages.
pub const MAX_HEADER_BYTES: u64 = 16 << 20;

/// Bytes of a cell. The settings of a run, which Weights & Biases exports in one cell, have a
/// hundredth of it.
pub const MAX_CELL_BYTES: u64 = 1 << 20;

/// Empty cells of a table: a run table has a cell for every run, domain and metric, and empty cells
/// cost memory too. 2,000 runs with 3,000 different keys lack 6 million.
pub const MAX_EMPTY_CELLS: u64 = 8_000_000;

/// Bytes that the rows of a Parquet table may take in memory beyond 40 for every byte of the file:
/// equal values take next to none in a file.
pub const MAX_UNPACKED_BYTES: u64 = 128 << 20;
