import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { PublishDraft } from '../../backend-mock/src/blog/publish-draft.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { blogPublisher } from '../support/launch.ts';
import { until } from '../support/processes.ts';
import { StdioServer } from '../support/stdio-server.ts';
import { storedOf } from '../support/stored.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const TEXT = '---\ntitle: As it was planned\n---\n\nThese words and no others.\n';

let folder: string;
let drafts: string;
let marker: string;
let lab: Lab;
let server: StdioServer;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'deputies-drafts-')));
  drafts = folder;
  marker = join(folder, 'evaluated.txt');
  lab = await startLab();
  server = new StdioServer(blogPublisher({ token: lab.token, backendUrl: lab.backend.backendUrl, drafts }));
}, 60_000);
beforeEach(() => lab.backend.database.db.deleteFrom('limits').execute());
afterAll(async () => {
  await server?.end();
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a file that is not as it was when its plan was made', () => {
  const publishes = async (name: string, after: (file: string) => Promise<void>): Promise<void> => {
    const filename = `${name}.md`;
    const file = join(drafts, filename);
    await writeFile(file, TEXT);
    const planned = await server.call('plan_publish_draft', { filename });
    const planId = String(planned.data['planId']);
    await after(file);
    await lab.people.owner.decide('approve', planId);
    const committed = await server.call('commit_publish_draft', { planId });
    expect(committed).toMatchObject({ isError: false, data: { repeated: false } });
    const { url } = planned.data['preview'] as { url: string };
    expect(await (await fetch(url)).text()).toBe(TEXT);
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'committed', articles: 1, effects: 1 });
  };
  const change = (file: string): Promise<void> => writeFile(file, TEXT.replace('no others', 'worse ones'));

  test('was changed: the planned bytes are published [draft.exact, law.planned-bytes]', () =>
    publishes('changed', change));
  test('was deleted: the planned bytes are published [draft.exact, law.planned-bytes]', () =>
    publishes('deleted', (file) => rm(file)));

  test('a backend that reads the file again is caught [check.twins, law.planned-bytes]', async () => {
    const real = PublishDraft.prototype.apply;
    const spy = jest.spyOn(PublishDraft.prototype, 'apply');
    spy.mockImplementation(function (this: PublishDraft, proposal, context) {
      const content = (): Promise<Buffer> => readFile(join(drafts, String(proposal.arguments['filename'])));
      return real.call(this, { ...proposal, content }, context);
    });
    try {
      await expectCaught(() => publishes('changed-again', change));
    } finally {
      spy.mockRestore();
    }
  });
});

const withFront = (front: string, body = 'Some words.'): string => `---\n${front}\n---\n\n${body}\n`;
const bomb = Array.from({ length: 12 }, (_, index) =>
  index === 0
    ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
    : `a${index}: &a${index} [${Array(9)
        .fill(`*a${index - 1}`)
        .join(', ')}]`,
).join('\n');

/** Front matter that some reader somewhere would run, expand or merge. `$MARKER` = a file that must not appear. */
const FRONT_MATTER: readonly (readonly [what: string, text: string])[] = [
  [
    'that is JavaScript',
    "---js\n{ title: require('fs').writeFileSync('$MARKER', 'x') ?? 'Evaluated' }\n---\n\nSome words.\n",
  ],
  [
    'with a function',
    withFront('title: !!js/function \'function () { require("fs").writeFileSync("$MARKER", "x") }\''),
  ],
  ['with a tag of its own', withFront('title: !run "touch $MARKER"')],
  ['with a tag for another type', withFront('title: !!binary "QQ=="')],
  ['that is an alias bomb', withFront(`title: Bomb\n${bomb}`)],
  ['with one alias', withFront('title: &t Alias\ndescription: *t')],
  ['with a name twice', withFront('title: One\ntitle: Two')],
  ['with a merge', withFront('title: Merge\n<<: { description: x }')],
  ['with a name that JavaScript knows', withFront('title: Proto\n__proto__: { title: x }')],
  ['without an end', '---\ntitle: Open\n\nSome words.\n'],
  ['of TOML', '+++\ntitle = "Toml"\n+++\n\nSome words.\n'],
];

/** Characters that a person who approves would not see. The second part is how the refusal names them. */
const HIDDEN: readonly (readonly [what: string, text: string, name: string])[] = [
  ['a bidirectional override', withFront('title: Bidi', 'pay \u202Eeno\u202C now'), 'U\\+202E'],
  ['a bidirectional isolate', withFront('title: Isolate', 'pay \u2066one\u2069'), 'U\\+2066'],
  ['a zero-width space', withFront('title: Zero', 'pay\u200Bone'), 'U\\+200B'],
  [
    'letters of the tag block',
    withFront(
      'title: Tags',
      `hello${'ignore'.replace(/./g, (c) => String.fromCodePoint(0xe0000 + (c.codePointAt(0) ?? 0)))}`,
    ),
    'U\\+E00',
  ],
  ['a control character', withFront('title: Control', 'bell \u0007'), 'U\\+0007'],
  ['an override behind a YAML escape', withFront('title: "Escaped \\u202E"'), 'U\\+202E'],
  ['an override behind a reference', withFront('title: Reference', 'pay &#x202E;eno'), 'U\\+202E'],
];

const REFUSED = [...FRONT_MATTER.map(([what, text]) => [what, text, '.'] as const), ...HIDDEN];
const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll('$MARKER', marker));

/** Entries about calls of the one tool, its own reports included. */
const attempts = async (on: Lab): Promise<JsonObject[]> =>
  (await on.entries()).filter((entry) => entry['tool'] === 'plan_publish_draft');
const planCount = async (on: Lab): Promise<number> =>
  (await on.backend.database.db.selectFrom('plans').select('id').execute()).length;

/** Refused, said why, recorded once, and no plan came of it. */
async function expectUnpublishable(on: Lab, attempt: () => Promise<JsonObject>, name: string): Promise<void> {
  await on.backend.database.db.deleteFrom('limits').execute();
  const before = { entries: await attempts(on), plans: await planCount(on) };
  const problem = await attempt();
  expect(existsSync(marker)).toBe(false);
  expect(problem['code']).toBe('invalid_arguments');
  const [error] = problem['errors'] as { message: string }[];
  expect(error?.message).toMatch(new RegExp(name));
  const entries = await until('the entry', async () => {
    const found = await attempts(on);
    return found.length > before.entries.length ? found : undefined;
  });
  expect(entries.slice(before.entries.length)).toMatchObject([
    { code: 'invalid_arguments', outcome: 'refused', plan: null },
  ]);
  expect(await planCount(on)).toBe(before.plans);
}

const throughServer = (text: string) => async (): Promise<JsonObject> => {
  await writeFile(join(drafts, 'refused.md'), bytesOf(text));
  return (await server.call('plan_publish_draft', { filename: 'refused.md' })).data;
};
/** As whoever stole the token does it: past the server. */
const onTheWire = (on: Lab, text: string) => async (): Promise<JsonObject> =>
  (await on.wire.call(PLAN, { filename: 'refused.md', content: bytesOf(text).toString('base64') })).json;

const ANY = {
  title: 'Any',
  description: null,
  date: null,
  tags: [],
  slug: null,
  html: '<p>Any.</p>',
  wordCount: 1,
  excerpt: 'Any.',
  links: [],
  images: [],
  hiddenCharacters: [],
};

describe('a draft that cannot be published', () => {
  test.each(FRONT_MATTER)(
    'has front matter %s: refused by the server, nothing is evaluated [draft.front-matter, law.denials-recorded]',
    (_what, text) => expectUnpublishable(lab, throughServer(text), '.'),
  );
  test.each(FRONT_MATTER)(
    'has front matter %s: refused by the backend too [draft.front-matter, law.backend-decides]',
    (_what, text) => expectUnpublishable(lab, onTheWire(lab, text), '.'),
  );
  test.each(HIDDEN)('holds %s: refused by the server, which names it [draft.hidden]', (_what, text, name) =>
    expectUnpublishable(lab, throughServer(text), name),
  );
  test.each(HIDDEN)('holds %s: refused by the backend too [draft.hidden, law.backend-decides]', (_what, text, name) =>
    expectUnpublishable(lab, onTheWire(lab, text), name),
  );

  test('a backend that runs and believes what it reads is caught, each time [check.twins, draft.front-matter, draft.hidden]', async () => {
    const evaluate = (bytes: Uint8Array): unknown => {
      const text = Buffer.from(bytes).toString('utf8');
      const code = /^---js\n([\s\S]*?)\n---\n/.exec(text)?.[1];
      // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- what some readers of front matter do
      if (code !== undefined) new Function('require', `return (${code})`)(createRequire(import.meta.url));
      return { ok: true, rendered: ANY };
    };
    // Drafts are read on another thread, where nothing can be replaced; so is what asks that thread.
    const broken = await startBrokenLab({
      module: 'backend-mock/src/blog/draft-reader.ts',
      instead: ({ DraftReader }) => ({
        DraftReader: class extends (DraftReader as new (...given: unknown[]) => object) {
          read = (bytes: Uint8Array): Promise<unknown> => Promise.resolve(evaluate(bytes));
        },
      }),
    });
    try {
      for (const [, text, name] of REFUSED) {
        await expectCaught(() => expectUnpublishable(broken, onTheWire(broken, text), name));
        await broken.backend.database.db.updateTable('plans').set({ state: 'revoked' }).execute();
      }
      expect(existsSync(marker)).toBe(true);
    } finally {
      await broken.stop();
      await rm(marker, { force: true });
    }
  }, 30_000);
});
