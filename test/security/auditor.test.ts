import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AUDIT_READERS } from '../../backend-mock/src/people/actions/audit.ts';
import { PEOPLE_ACTIONS } from '../../backend-mock/src/people/actions/index.ts';
import { ConsoleClient } from '../support/console-client.ts';
import { readRoutes } from '../support/console-routes.ts';
import { startLab, type Lab, type WirePerson } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';

/** What an auditor may do; ending one's own sessions is everybody's. */
const ALLOWED = ['list_audit', 'query_audit', 'follow_audit', 'read_log_entries', 'prove_entry', 'end_sessions'];

let lab: Lab;
let auditor: WirePerson;
let visitor: ConsoleClient;
beforeAll(async () => {
  lab = await startLab();
  auditor = await enrol(lab, 'auditor', ['auditor']);
  visitor = new ConsoleClient(lab.backend.consoleUrl);
  await visitor.enrol(lab, 'watcher', ['auditor']);
  await visitor.signIn();
}, 60_000);
beforeEach(() => lab.backend.database.db.deleteFrom('limits').execute());
afterAll(() => lab?.stop());

const OTHERS = PEOPLE_ACTIONS.filter(({ name }) => !ALLOWED.includes(name)).map(({ name }) => name);
const PAGES = readRoutes()
  .filter(({ protection, path }) => protection === 'console-session' && path !== '/events')
  .map(({ path }) => path);

describe('an auditor', () => {
  test('reads the log, by list, by question and thread by thread [audit.auditor]', async () => {
    await lab.wire.call('/v1/blog/list_drafts', { drafts: [] });
    const listed = await auditor.call('list_audit', { limit: 5 });
    expect(listed.status).toBe(200);
    const found = await auditor.call('query_audit', { tool: ['list_drafts'], limit: 1 });
    const [entry] = found.json['entries'] as { auditId: string }[];
    expect(entry).toMatchObject({ tool: 'list_drafts', client: 'blog-publisher' });
    const thread = await auditor.call('follow_audit', { id: entry?.auditId ?? '' });
    expect(thread.json).toMatchObject({
      of: 'entry',
      timeline: expect.arrayContaining([
        expect.objectContaining({ tie: 'self', entry: expect.objectContaining({ auditId: entry?.auditId }) }),
      ]),
    });
  });

  test.each(OTHERS)('does nothing else: %s is refused, with an entry [audit.auditor]', async (action) => {
    const reply = await auditor.call(action, {});
    expect(reply.json['code']).toBe('insufficient_scope');
    expect((await lab.entries()).at(-1)).toMatchObject({
      auditId: reply.json['auditId'],
      tool: `people.${action}`,
      person: 'p_auditor',
      outcome: 'refused',
    });
  });

  test('is the only role that reads the log and decides nothing [audit.auditor]', () => {
    const reading = PEOPLE_ACTIONS.filter(({ roles }) => roles.includes('auditor')).map(({ name }) => name);
    expect(reading.toSorted()).toEqual(ALLOWED.toSorted());
    expect(AUDIT_READERS).toContain('auditor');
  });

  test('sees the log in the console, and is led there from every other page [audit.auditor]', async () => {
    const page = await visitor.get('/activity');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<a href="/activity"');
    expect(page.text).not.toMatch(/href="\/(waiting|people|agents|tasks|exports|history|policy)"/);
    expect(page.text).not.toContain('data-act="erase_payloads"');
    for (const path of PAGES.filter((each) => each !== '/activity')) {
      const { status, headers } = await visitor.get(path);
      expect([path, status, headers['location']]).toEqual([path, 303, '/activity']);
    }
  });

  test('has no act of their own there either [audit.auditor]', async () => {
    const { text } = await visitor.get('/activity');
    visitor.csrf = /<meta name="csrf" content="([^"]+)"/.exec(text)?.[1];
    const reply = await visitor.act('suspend', { kind: 'everything', target: '' });
    expect(reply.json['code']).toBe('insufficient_scope');
    expect(await lab.backend.database.db.selectFrom('suspensions').selectAll().execute()).toEqual([]);
  });
});
