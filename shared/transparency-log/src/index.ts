export { appendLeaves, type Growth, type NewTile, type TreeHead } from './append.ts';
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
  type CheckpointFault,
  type CheckpointTrust,
  type OpenedCheckpoint,
} from './checkpoint.ts';
export { encodeEntryBundle, MAX_ENTRY_BYTES, parseEntryBundle } from './entry-bundle.ts';
export { Frontier, treeHead } from './frontier.ts';
export { TILE_WIDTH, tileWidth } from './geometry.ts';
export { emptyRoot, HASH_BYTES, leafHash, nodeHash, sameBytes } from './hash.ts';
export {
  formatVerifierKey,
  noteVerifier,
  parseVerifierKey,
  verifierOf,
  type NoteSigner,
  type NoteVerifier,
} from './note-key.ts';
export { openNote, signNote, type NoteFault, type OpenedNote } from './note.ts';
export { consistencyProof, frontierFromTiles, inclusionProof, rootFromTiles } from './prove.ts';
export { TileFault, type ReadTile } from './stored-tiles.ts';
export { parseTilePath, tilePath, type TileAddress } from './tile-path.ts';
export {
  formatTlogProof,
  parseTlogProof,
  verifyTlogProof,
  type ProofFault,
  type TlogProof,
  type VerifiedProof,
} from './tlog-proof.ts';
export { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify-proof.ts';
export type { EntryStream } from './verify/entry-source.ts';
export type { EntryCheck } from './verify/log-pass.ts';
export type { EntryFault, LogReason, LogVerdict } from './verify/verdict.ts';
export { verifyLog, type LogToVerify } from './verify/verify-log.ts';
