import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeReady } from '@narrow-deputies/backend-mock';
import { runScript } from '../support/processes.ts';
import { Patient, SERVER, withEnv } from './patient.ts';

let patient: Patient;

beforeAll(async () => {
  patient = await Patient.start();
});
afterAll(() => patient.dispose());

describe('the doctor of a machine whose clock is off [people.doctor]', () => {
  let fake: Server;
  let fakeUrl: string;

  beforeAll(async () => {
    fake = createServer((_request, response) => {
      response.sendDate = false;
      response.setHeader('date', new Date(Date.now() + 60_000).toUTCString());
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'ok', environment: 'development', access_token: 'x', scope: '' }));
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    fakeUrl = `http://127.0.0.1:${(fake.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    fake.closeAllConnections();
    await new Promise((resolve) => fake.close(resolve));
  });

  test('compares it with the date of an answer', async () => {
    const { code, failed, checks } = await patient.examineWith((ready) =>
      withEnv(ready, { DEPUTY_BACKEND_URL: fakeUrl }),
    );
    expect(failed).toEqual([`${SERVER}: clock`]);
    expect(checks.get(`${SERVER}: clock`)?.found).toMatch(/at least 5\d\.\d s behind/);
    expect(code).toBe(1);
  });
});

// These end what the others need, one after the other.
describe('the doctor of a home that stops working [people.doctor]', () => {
  test('a key of a person that is not the enrolled one', async () => {
    const people = join(patient.product.folder, 'others');
    const other = { DEPUTIES_PEOPLE: people, DEPUTIES_HOME: join(patient.product.folder, 'other-home') };
    await mkdir(other.DEPUTIES_HOME);
    const enrolled = await runScript('deputies', ['people', 'enrol'], { ...patient.product.env, ...other });
    expect(enrolled.code).toBe(0);
    const { failed } = await patient.examine([], { DEPUTIES_PEOPLE: people });
    expect(failed).toEqual(['people: owner', 'people: reviewer']);
  });

  test('people who have no key cannot approve yet, which is no failure', async () => {
    const home = join(patient.product.folder, 'new-home');
    await mkdir(home);
    await writeReady(join(home, 'ready.json'), patient.product.ready);
    const { failed, checks } = await patient.examine(['--home', home], {
      DEPUTIES_PEOPLE: join(patient.product.folder, 'nobody'),
    });
    expect(failed).toEqual([]);
    expect(checks.get('people: owner')).toMatchObject({
      status: 'warn',
      advice: expect.stringContaining('people enrol'),
    });
  });

  test('a token that was revoked', async () => {
    const [{ keyid } = { keyid: '' }] = await patient.product.deputiesJson<{ keyid: string }[]>('token', 'list');
    await patient.product.deputiesJson('token', 'revoke', keyid);
    const { code, failed, checks } = await patient.examine();
    expect(failed).toEqual([`${SERVER}: grant`]);
    expect(checks.get(`${SERVER}: grant`)).toMatchObject({
      found: 'unauthenticated: The API token of this client is revoked.',
      advice: expect.stringContaining(`token mint ${SERVER} --save`),
    });
    expect(code).toBe(1);
  });

  test('a backend that was killed', async () => {
    const servers = Object.keys(patient.product.ready.servers);
    await patient.product.halt('SIGKILL');
    const { code, failed, checks } = await patient.examine();
    expect(failed).toEqual(['backend process', ...servers.map((server) => `${server}: backend`)]);
    expect(checks.get(`${SERVER}: grant`)?.status).toBe('warn');
    expect(code).toBe(1);
  });

  test('no backend at all', async () => {
    await rm(join(patient.product.home, 'ready.json'));
    const { code, failed, checks } = await patient.examine();
    expect(failed).toEqual(['configuration']);
    expect(checks.get('configuration')?.advice).toContain('npm start');
    expect(code).toBe(1);
  });
});
