/** The promises of `requirements.ts` about pages that stay open, and about what a home keeps to itself. */
export const CONSOLE_REQUIREMENTS = {
  'live.store': 'A store that fails while pages are open ends no process and no page; pages say so and catch up.',
  'live.idle': 'An open page prolongs no session, and is told when its session is over.',
  'live.bounded': 'Pages of one session that follow are bounded, and one look serves all of them without a write.',
  'approval.link':
    'Outside development the address of a plan says tool and state alone to strangers and auditors, and signing in leads back to it.',
  'process.last-resort':
    'A fault that nobody caught is written down; the process goes on, or ends and takes its ready file away.',
  'home.private': 'What a backend makes, or finds in its home, is for its owner alone.',
} as const;
