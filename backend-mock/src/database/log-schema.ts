/** The transparency log over the audit entries. */
export interface LogTables {
  log_tiles: LogTilesTable;
  log_checkpoints: LogCheckpointsTable;
  log_writers: LogWritersTable;
}

/** Hash tiles of C2SP tlog-tiles, the largest width that there is of each. */
export interface LogTilesTable {
  level: number;
  tile: number;
  /** Base64 of 32 bytes for each hash; 256 of them in a full tile. */
  hashes: string;
}

/** Tree heads that were signed. */
export interface LogCheckpointsTable {
  size: number;
  /** Base64. */
  root: string;
  /** The signed note, verbatim. */
  note: string;
  signed_at: number;
}

/** How many entries of each writer have their place in the log. */
export interface LogWritersTable {
  writer: string;
  number: number;
}
