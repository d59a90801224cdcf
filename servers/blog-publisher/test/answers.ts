/** Answers of a backend, as the contracts describe them. */
export const PLAN_ID = 'c3b6ad1a-5b6d-4e6e-8a0c-3d3f0f7a5e11';
const DIGEST = `sha-256:${'ab'.repeat(32)}`;

const plan = {
  planId: PLAN_ID,
  planDigest: DIGEST,
  status: 'pending_approval',
  risk: { score: 20, level: 'low', parts: [{ name: 'public', score: 20 }] },
  expiresAt: '2030-01-01T00:00:00.000Z',
  approvalUrl: 'http://localhost:4181/plans/1',
  repeated: false,
};

export const publishPlan = {
  ...plan,
  preview: {
    action: 'publish',
    change: 'create',
    filename: 'first.md',
    title: 'First post',
    slug: 'first',
    url: 'http://127.0.0.1:4180/articles/first.md',
    date: null,
    description: null,
    tags: [],
    wordCount: 1,
    excerpt: 'text',
    externalLinks: [],
    externalImages: [],
    hiddenCharacters: [],
    contentDigest: DIGEST,
    contentBytes: 30,
  },
};

export const unpublishPlan = {
  ...plan,
  preview: {
    action: 'unpublish',
    slug: 'first',
    url: 'http://127.0.0.1:4180/articles/first.md',
    title: 'First post',
    publishedAt: '2026-01-01T00:00:00.000Z',
    contentDigest: DIGEST,
    reversible: true,
  },
};

export const receipt = {
  receipt: {
    planId: PLAN_ID,
    planDigest: DIGEST,
    committedAt: '2026-01-01T00:00:00.000Z',
    auditId: 'audit-1',
    result: { slug: 'first', url: 'http://127.0.0.1:4180/articles/first.md', contentDigest: DIGEST },
  },
  repeated: false,
};
