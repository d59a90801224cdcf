import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inviteFirst } from '../../backend-mock/src/people/invitations/first-invitation.ts';
import { secretDigest } from '../../backend-mock/src/people/invitations/enrolment.service.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { ConsoleClient } from '../support/console-client.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';

const TITLE = 'Words of this plan alone';
const BODY = 'Sentences that nobody else is to read.';

const newLink = (): { secret: string; digest: string } => {
  const secret = randomBytes(32).toString('base64url');
  return { secret, digest: secretDigest(secret) };
};

/** A store outside development with its first person signed in, an auditor, and a plan that waits. */
interface Links {
  readonly lab: Lab;
  readonly owner: ConsoleClient;
  readonly auditor: ConsoleClient;
  readonly planId: string;
}

async function prepare(lab: Lab): Promise<Links> {
  const { database, environment, consoleUrl } = lab.backend;
  const [first, second] = [newLink(), newLink()];
  const [owner, auditor] = [new ConsoleClient(consoleUrl), new ConsoleClient(consoleUrl)];
  await inviteFirst(database, environment, 'owner', first.digest);
  await owner.accept(first.secret);
  await owner.signIn();
  await owner.act('invite', { name: 'Audrey', roles: ['auditor'], secretDigest: second.digest });
  await auditor.accept(second.secret);
  await auditor.signIn();
  const content = draft(TITLE, BODY);
  const { json } = await lab.wire.call('/v1/blog/plan_publish_draft', { filename: 'words.md', content });
  return { lab, owner, auditor, planId: String(json['planId']) };
}

const SECRET = new RegExp(`${TITLE}|${BODY}|words\\.md|sha-256|Risk|publisher-agent|blog-publisher`);

/** The address says tool and state, and no more, to one whom the plan does not concern. */
async function expectOutline({ planId }: Links, by: ConsoleClient): Promise<void> {
  const page = await by.get(`/plans/${planId}`);
  expect(page.status).toBe(200);
  expect(page.text).toContain('publish draft');
  expect(page.text).toContain('waits for a person');
  expect(page.text).not.toMatch(SECRET);
  const article = await by.get(`/plans/${planId}/article`);
  expect([article.status, SECRET.test(article.text)]).toEqual([404, false]);
}

let links: Links;
beforeAll(async () => {
  links = await prepare(await startLab({ environment: 'staging' }));
}, 60_000);
afterAll(() => links?.lab.stop());
const stranger = (at: Links): ConsoleClient => new ConsoleClient(at.lab.backend.consoleUrl);

describe('the address of a plan outside development', () => {
  test('says tool and state to whoever has the link, and offers the sign-in [approval.link]', async () => {
    await expectOutline(links, stranger(links));
    const { text } = await stranger(links).get(`/plans/${links.planId}`);
    expect(text).toContain(`data-next="/plans/${links.planId}"`);
  });

  test('says no more to an auditor [approval.link, audit.auditor]', () => expectOutline(links, links.auditor));

  test('shows the plan to whoever decides [approval.link]', async () => {
    const { text } = await links.owner.get(`/plans/${links.planId}`);
    expect(text).toContain(TITLE);
    expect((await links.owner.get(`/plans/${links.planId}/article`)).text).toContain(BODY);
  });

  test('a backend that shows plans to anybody is caught [check.twins]', async () => {
    const lab = await startBrokenLab(
      {
        module: 'backend-mock/src/common/settings.ts',
        instead: ({ Settings }) => ({
          Settings: class extends (Settings as new (environment: string) => { environment: string }) {
            get showsPlansToAnybody(): boolean {
              return true;
            }
          },
        }),
      },
      { environment: 'staging' },
    );
    try {
      const broken = await prepare(lab);
      await expectCaught(() => expectOutline(broken, stranger(broken)));
    } finally {
      await lab.stop();
    }
  }, 30_000);
});

describe('the sign-in', () => {
  const nextOf = async (asked: string): Promise<string | undefined> =>
    /data-next="([^"]*)"/.exec((await stranger(links).get(`/sign-in?next=${encodeURIComponent(asked)}`)).text)?.[1];

  test('leads back to pages of this console [approval.link]', async () => {
    expect(await nextOf(`/plans/${links.planId}`)).toBe(`/plans/${links.planId}`);
    expect(await nextOf('/tasks')).toBe('/tasks');
  });

  test.each([
    'https://elsewhere.example/waiting',
    '//elsewhere.example',
    String.raw`/\elsewhere.example`,
    '/plans/../enrol',
    '/waiting?x=1',
    '/waiting\n',
    'javascript:alert(1)',
    '/session/end',
    '"><script>',
  ])('leads nowhere else: %j [approval.link]', async (asked) => {
    expect(await nextOf(asked)).toBe('/waiting');
  });
});
