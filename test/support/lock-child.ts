import { DatabaseSync } from 'node:sqlite';

/** Holds the write lock of the store that is its argument, from the line "locked" until its input ends. */
const database = new DatabaseSync(process.argv[2] ?? '', { timeout: 5_000 });
database.exec('begin exclusive');
process.stdout.write('locked\n');
process.stdin.resume();
process.stdin.once('end', () => {
  database.exec('rollback');
  database.close();
});
