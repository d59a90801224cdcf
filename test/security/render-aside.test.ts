import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCaught, startBrokenLab, type Fault } from '../support/broken.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const ASIDE = 'backend-mock/src/aside/aside.ts';
/** Takes a task and never gives it back. */
const NEVER =
  "import { parentPort } from 'node:worker_threads';parentPort.on('message', () => { for (;;); });parentPort.postMessage('ready');";

let folder: string;
let never: URL;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-aside-'));
  await writeFile(join(folder, 'never.mjs'), NEVER);
  never = pathToFileURL(join(folder, 'never.mjs'));
  lab = await startLab();
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

type AsideClass = (new (...given: unknown[]) => object) & { bounded(bounds: object, entry: URL): object };

/** A backend whose helping thread never ends a task, with `taskMs` for each. */
const neverEnding = (taskMs: number): Fault => ({
  module: ASIDE,
  instead: (real) => {
    const Aside = real['Aside'] as AsideClass;
    return {
      Aside: class extends Aside {
        constructor() {
          super({ taskMs, startMs: 20_000, memoryMb: 64, perClient: 2, inAll: 8, remembered: 2 }, never);
        }
      },
    };
  },
});

async function refusedForTime(on: Lab): Promise<void> {
  const waiting = on.wire.call(PLAN, { filename: 'slow.md', content: draft('Slow') });
  // The stop button, while the other thread is stuck.
  const stopped = await on.people.owner.call('suspend', {
    kind: 'agent',
    target: 'support-agent',
    reason: 'while it renders',
  });
  expect(stopped.status).toBe(200);
  const answer = await waiting;
  expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_arguments' } });
  expect(JSON.stringify(answer.json)).toContain('It takes too long');
  const { db } = on.backend.database;
  expect(await db.selectFrom('plans').select('id').execute()).toEqual([]);
  const denied = (await on.entries()).filter((entry) => entry['tool'] === 'plan_publish_draft');
  expect(denied.map(({ code }) => code)).toEqual(['invalid_arguments']);
}

describe('a draft that never ends', () => {
  test('is refused in words, leaves one entry and no plan, and people are answered meanwhile [desk.bounded-work]', async () => {
    const slow = await startBrokenLab(neverEnding(3_000));
    try {
      await refusedForTime(slow);
    } finally {
      await slow.stop();
    }
  });

  test('too much of one client is refused, and recorded [desk.fair-work]', async () => {
    const slow = await startBrokenLab(neverEnding(2_000));
    try {
      const names = ['one', 'two', 'three', 'four', 'five'];
      const answers = await Promise.all(
        names.map((name) => slow.wire.call(PLAN, { filename: `${name}.md`, content: draft(name) })),
      );
      const codes = answers.map(({ json }) => json['code']);
      // One runs, two wait.
      expect(codes.filter((code) => code === 'invalid_arguments')).toHaveLength(3);
      expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(2);
      const entries = (await slow.entries()).filter((entry) => entry['tool'] === 'plan_publish_draft');
      expect(new Set(entries.map(({ code }) => code))).toEqual(new Set(codes));
      expect(entries).toHaveLength(names.length);
    } finally {
      await slow.stop();
    }
  });
});

describe('a draft that has far too much markup', () => {
  const hostile = (mark: string): string => draft('Marks', mark.repeat(Math.floor(500_000 / mark.length)));

  test.each(['![', '[a\n', '&#x', '<a@', 'a\n'])(
    'of %j is refused before anything reads it [desk.bounded-work]',
    async (mark) => {
      const { status, json } = await lab.wire.call(PLAN, { filename: 'marks.md', content: hostile(mark) });
      expect([status, json['code']]).toEqual([422, 'invalid_arguments']);
      expect(JSON.stringify(json)).toMatch(/It has more than 40000 (?:brackets|angle brackets|ampersands|lines)/);
    },
  );
});

/** What people see of a plan, and what is public after its commit, is one rendering. */
async function renderedOnce(on: Lab): Promise<void> {
  const content = draft('Once', 'Boil *water*.');
  const planned = await on.wire.call(PLAN, { filename: 'once.md', content });
  const planId = String(planned.json['planId']);
  const seen = await (await fetch(`${on.backend.consoleUrl}/plans/${planId}/article`)).text();
  await on.people.owner.decide('approve', planId);
  expect(await on.wire.call('/v1/blog/commit_publish_draft', { planId })).toMatchObject({ status: 200 });
  const { db } = on.backend.database;
  const { html } = await db.selectFrom('articles').select('html').where('id', '=', 'once').executeTakeFirstOrThrow();
  expect(html).toBe('<p>Boil <em>water</em>.</p>\n');
  expect(seen).toContain(html);
}

/** Answers the first draft that it is asked for, and no other. */
const ONCE = `import { parentPort } from 'node:worker_threads';
let asked = 0;
parentPort.on('message', () => {
  const rendered = { title: 'Once', description: null, date: null, tags: [], slug: null, html: '<p>Boil <em>water</em>.</p>\\n',
    wordCount: 2, excerpt: 'Boil water.', links: [], images: [], hiddenCharacters: [] };
  parentPort.postMessage(asked++ === 0 ? { output: { ok: true, rendered } } : { fault: 'asked again' });
});
parentPort.postMessage('ready');`;

describe('the rendering of a plan', () => {
  test('is what people see and what is published [desk.once]', () => renderedOnce(lab));

  test('needs the other thread once, for pages, commits and the same bytes again [desk.once, desk.renders-aside]', async () => {
    const entry = join(folder, 'once.mjs');
    await writeFile(entry, ONCE);
    const once = await startBrokenLab({
      module: ASIDE,
      instead: (real) => {
        const Aside = real['Aside'] as AsideClass;
        return {
          Aside: class extends Aside {
            constructor() {
              super(
                { taskMs: 20_000, startMs: 20_000, memoryMb: 64, perClient: 2, inAll: 8, remembered: 2 },
                pathToFileURL(entry),
              );
            }
          },
        };
      },
    });
    try {
      await renderedOnce(once);
      const again = await once.wire.call(PLAN, { filename: 'once.md', content: draft('Once', 'Boil *water*.') });
      expect(again.json['preview']).toMatchObject({ change: 'none' });
      // The thread would answer other bytes with a fault: it was asked once until now.
      const other = await once.wire.call(PLAN, { filename: 'other.md', content: draft('Other') });
      expect(other).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    } finally {
      await once.stop();
    }
  });

  test('a commit that renders for itself is caught [check.twins, desk.once]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/blog/stored-rendering.ts',
      instead: ({ readRendering }) => ({
        readRendering: (bytes: Uint8Array) => ({
          ...(readRendering as (of: Uint8Array) => object)(bytes),
          html: '<p>Another</p>',
        }),
      }),
    });
    try {
      await expectCaught(() => renderedOnce(broken));
    } finally {
      await broken.stop();
    }
  });
});

test('a thread without a bound is caught: the call gets no answer while its task never ends [check.twins, desk.bounded-work]', async () => {
  const unbounded = await startBrokenLab(neverEnding(3_600_000));
  try {
    const planned = unbounded.wire.call(PLAN, { filename: 'slow.md', content: draft('Slow') });
    // It ends with its backend.
    planned.catch(() => undefined);
    const { suspended } = await unbounded.people.owner
      .call('suspend', { kind: 'agent', target: 'support-agent', reason: 'while it renders' })
      .then(({ status }) => ({ suspended: status }));
    expect(suspended).toBe(200);
    // Nothing was decided yet: no entry says so.
    const decided = (await unbounded.entries()).filter((entry) => entry['tool'] === 'plan_publish_draft');
    await expectCaught(() => expect(decided).toHaveLength(1));
  } finally {
    await unbounded.stop();
  }
});
