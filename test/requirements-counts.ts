/** The promises of `requirements.ts` about what is counted, kept and erased. */
export const COUNTS_REQUIREMENTS = {
  // What a server refuses by itself.
  'report.counted':
    'Every refusal of a server is counted in the log, alone or with others of its tool and code, or said to be lost.',
  'report.bounded': 'The last reports of a server keep its host waiting for a bounded time, whatever the backend does.',
  'report.own-tools': 'A report about a tool that the token does not cover is refused.',
  'report.stopped': 'What is stopped reports nothing: a credential, a role, a tool, or everything.',
  'report.marked': 'A reading of the log counts a report as often as it says, and shows it as the word of the server.',

  // What entries name.
  'audit.named-plan': 'A refused commit is found by the plan that it named, if that plan is the caller’s.',
  'store.frozen-migrations': 'What a migration makes of a store follows from the migration alone.',

  // What hosts send.
  'host.null-is-absent': 'Null for an optional argument is taken as left out; for a required one it is refused.',
} as const;
