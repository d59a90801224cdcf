import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { entryOf, Patient, SERVER } from './patient.ts';

let patient: Patient;

beforeAll(async () => {
  patient = await Patient.start();
});
afterAll(() => patient.dispose());

describe('the doctor of a home where all is well', () => {
  test('finds everything in order and ends with status 0 [people.doctor]', async () => {
    const { code, checks } = await patient.examine();
    expect([...checks.values()].filter(({ status }) => status !== 'ok')).toEqual([]);
    expect([...checks.keys()]).toEqual([
      'Node',
      'configuration',
      'backend process',
      'private files',
      'people: owner',
      'people: reviewer',
      `${SERVER}: token`,
      `${SERVER}: backend`,
      `${SERVER}: clock`,
      `${SERVER}: grant`,
      `${SERVER}: drafts`,
      `${SERVER}: launch`,
      ...['crm-reader', 'ticket-handler'].flatMap((server) =>
        ['token', 'backend', 'clock', 'grant', 'launch'].map((what) => `${server}: ${what}`),
      ),
    ]);
    expect(code).toBe(0);
  });

  test('says so in plain words without --json', async () => {
    const { code, stdout, stderr } = await patient.run([]);
    expect(stderr).toBe('');
    expect(stdout).toContain('22 in order, 0 to look at, 0 failed.');
    expect(code).toBe(0);
  });

  test('finds the same for a host that was configured by hand, from the environment alone', async () => {
    const { code, failed, checks } = await patient.examine(['--server', SERVER], {
      ...entryOf(patient.product.ready).env,
      DEPUTIES_HOME: join(patient.product.folder, 'nowhere'),
    });
    expect({ code, failed }).toEqual({ code: 0, failed: [] });
    expect(checks.get(`${SERVER}: grant`)?.status).toBe('ok');
    expect(checks.has('configuration')).toBe(false);
  });
});

describe('the doctor of a host that was configured by hand [people.doctor]', () => {
  test('names every variable that is missing', async () => {
    const { code, failed } = await patient.examine(['--server', SERVER]);
    expect(failed).toEqual([`${SERVER}: token`, `${SERVER}: backend`, `${SERVER}: drafts`]);
    expect(code).toBe(1);
  });

  test('does not repeat a token that stands in the wrong place', async () => {
    const { failed } = await patient.examine(['--server', SERVER], {
      DEPUTY_TOKEN: `${patient.token}0`,
      DEPUTY_BACKEND_URL: `http://127.0.0.1:1/${patient.token}`,
      BLOG_DRAFTS_DIR: patient.token,
    });
    expect(failed).toEqual([`${SERVER}: token`, `${SERVER}: backend`, `${SERVER}: drafts`]);
  });

  test('refuses a server that does not exist', async () => {
    const { code, stdout } = await patient.run(['--server', 'no-such-server', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'unknown_server' } });
    expect(code).toBe(1);
  });
});
