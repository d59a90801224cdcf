import { stat } from 'node:fs/promises';
import { errorCode } from '../common/error-code.ts';
import type { Home } from '../start/home.ts';
import { readReady, type Ready } from '../start/ready-file.ts';
import { fail, ok, type Finding } from './finding.ts';

const START = 'Start the backend with "npm start" and keep it running; for another home, pass --home.';

/** Whether a process of that id exists, ours or not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** The ready file of a home, and the process that it speaks of. */
export async function checkReady(home: Home): Promise<{ findings: Finding[]; ready: Ready | undefined }> {
  const exists = await stat(home.readyFile).then(
    () => true,
    () => false,
  );
  const ready = await readReady(home.readyFile);
  if (!ready) {
    const finding = exists
      ? fail('configuration', `${home.readyFile} cannot be read as a ready file`, `Delete it. ${START}`)
      : fail('configuration', `there is no ${home.readyFile}: no backend serves from this home`, START);
    return { findings: [finding], ready };
  }
  const servers = Object.keys(ready.servers);
  const findings = [
    servers.length > 0
      ? ok('configuration', `${home.readyFile} (${ready.environment}) describes ${servers.join(', ')}`)
      : fail(
          'configuration',
          `${home.readyFile} describes no server: none has a usable token`,
          'Run "npm run deputies -- token mint <server> --save", then "npm start" again.',
        ),
    isAlive(ready.pid)
      ? ok('backend process', `process ${ready.pid} is alive`)
      : fail('backend process', `process ${ready.pid}, which the ready file names, is gone`, START),
  ];
  return { findings, ready };
}
