// The audit log by itself, for tools that work on a store without serving it.
export { AuditService } from './audit/audit.service.ts';
export type { EntryDraft } from './audit/entry.ts';
export { createLogger } from './common/logger.ts';
export { Settings } from './common/settings.ts';
export { Database } from './database/database.ts';
export { migrate } from './database/migrate.ts';
export { CheckpointCopies } from './log/checkpoint-copies.ts';
export { logVerifier } from './log/log-identity.ts';
export { newestCheckpoint, readBundle, tileReader } from './log/log-repository.ts';
export { Sequencer } from './log/sequencer.ts';
export { EntrySeal } from './writers/entry-seal.ts';
