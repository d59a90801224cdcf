/** Requests that leave no entry while they are served. */
export interface NotAudited {
  readonly what: string;
  readonly why: string;
  /** Method and path, with names for what stands in for parameters. */
  readonly routes: readonly string[];
}

/**
 * Everything that is not audited. All other routes leave an entry for each request of somebody who is known, whatever becomes
 * of it; and whatever any route refuses to somebody unknown is counted, on these routes too.
 */
export const NOT_AUDITED: readonly NotAudited[] = [
  {
    what: 'Health checks',
    why: 'They come every few seconds and say one word.',
    routes: ['GET /health'],
  },
  {
    what: 'What is public',
    why: 'Anybody may read the articles, the API description and what grants are verified with; nobody is known who does.',
    routes: [
      'GET /articles/:file',
      'GET /openapi.json',
      'GET /.well-known/oauth-authorization-server/:environment',
      'GET /:environment/.well-known/oauth-authorization-server',
      'GET /:environment/jwks.json',
    ],
  },
  {
    what: 'Signed heads, hash tiles and the key of the log',
    why: 'They are there so that everybody can watch the log; an entry for each look would make it grow by being watched.',
    routes: ['GET /log/checkpoint', 'GET /log/key', 'GET /log/tile/*'],
  },
  {
    what: "The console's own files, and the pages before anybody has signed in",
    why: 'They are the same for everybody.',
    routes: [
      'GET /',
      'GET /sign-in',
      'GET /enrol',
      'GET /style.css',
      'GET /article.css',
      'GET /icon.svg',
      'GET /console.js',
      'GET /policy.js',
      'GET /webauthn.js',
    ],
  },
  {
    what: 'Pages of the console',
    why: "Looking decides nothing: signing in has an entry, signing out too, and each act besides. The same reads by a person's signed request are audited.",
    routes: [
      'GET /waiting',
      'GET /history',
      'GET /exports',
      'GET /activity',
      'GET /agents',
      'GET /tasks',
      'GET /policy',
      'GET /people',
      'GET /plans/:planId',
      'GET /plans/:planId/article',
      'GET /events',
    ],
  },
  {
    what: 'Questions that come before an act',
    why: 'They say what is to be signed, or what would come of it, and change nothing. The act itself has its entry.',
    routes: [
      'POST /session/options',
      'POST /acts/options',
      'POST /enrolment/look',
      'POST /enrolment/options',
      'POST /policy/preview',
    ],
  },
];
