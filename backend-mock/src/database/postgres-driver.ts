import {
  CompiledQuery,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type PostgresDialectConfig,
  type TransactionSettings,
} from 'kysely';
import { BOUNDS } from './bounds.ts';
import { CommitUnknown, isOpen } from './commit-unknown.ts';

/** Names the transaction, so that what became of it can be asked later. A server that only follows another names none. */
const NAME = 'select case when pg_is_in_recovery() then null else pg_current_xact_id()::text end as id';

/** Bounds every transaction, and says of a commit without an answer that its outcome is open. */
class CarefulDriver extends PostgresDriver {
  readonly #ids = new WeakMap<DatabaseConnection, string>();

  /** One message, so that it takes no longer than `begin` alone. */
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const { isolationLevel, accessMode } = settings;
    const begin = ['begin', isolationLevel && `isolation level ${isolationLevel}`, accessMode]
      .filter(Boolean)
      .join(' ');
    try {
      const { rows } = await connection.executeQuery<{ id: string | null }>(
        CompiledQuery.raw(`${begin}; ${BOUNDS}; ${NAME}`),
      );
      const id = rows[0]?.id;
      if (typeof id === 'string') this.#ids.set(connection, id);
    } catch (error) {
      // The server may have begun; nobody else would end it.
      await this.rollbackTransaction(connection);
      throw error;
    }
  }

  /** @throws CommitUnknown where the server may have kept what it was told to. */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection);
    } catch (error) {
      throw isOpen(error) ? new CommitUnknown(error, this.#ids.get(connection)) : error;
    }
  }

  /** Never throws: a connection that cannot do it is given up, and the server undoes what it holds. Why it is undone counts. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super
      .rollbackTransaction(connection as Parameters<PostgresDriver['rollbackTransaction']>[0])
      .catch(() => undefined);
  }
}

export class CarefulDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new CarefulDriver(this.#config);
  }
}
