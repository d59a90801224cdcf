import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { rememberNonce } from '../../src/nonces/nonces-repository.ts';
import { findPlan, markCommitted } from '../../src/plans/plans-repository.ts';
import type { Task } from './processes.ts';

/** Another process at the same store: does one task when it is told to, and answers with what came of it. */
async function perform(database: Database, task: Task): Promise<number> {
  switch (task.name) {
    case 'migrate':
      await migrate(database);
      return 1;
    case 'nonces': {
      let won = 0;
      for (let index = 0; index < task.count; index++) {
        if (await database.transaction((tx) => rememberNonce(tx, 'key', `nonce-${index}`, 1))) won++;
      }
      return won;
    }
    case 'commit': {
      let won = 0;
      for (const id of task.plans) {
        const marked = await database.transaction(async (tx) => {
          const plan = await findPlan(tx, id);
          return plan !== undefined && (await markCommitted(tx, plan, task.now, {}));
        });
        if (marked) won++;
      }
      return won;
    }
  }
}

async function answer(location: string, task: Task): Promise<void> {
  const database = new Database({ location });
  try {
    process.send?.({ won: await perform(database, task) });
  } finally {
    await database.close();
  }
}

process.once('message', (message) => {
  const { location, task } = message as { location: string; task: Task };
  answer(location, task).then(
    () => process.disconnect(),
    (error: unknown) => {
      process.send?.({ failed: String(error) });
      process.disconnect();
    },
  );
});
process.send?.({ ready: true });
