import type { Tables } from './schema.ts';

/** What becomes of a table's words about a person when somebody asks for their erasure (`deputies audit erase`). */
export type AboutPeople =
  | { readonly about: 'nobody'; readonly because: string }
  | { readonly about: 'people'; readonly erased: string }
  | { readonly about: 'people'; readonly kept: string };

const nobody = (because: string): AboutPeople => ({ about: 'nobody', because });
const erased = (how: string): AboutPeople => ({ about: 'people', erased: how });
const kept = (because: string): AboutPeople => ({ about: 'people', kept: because });

/** Every table of the store; one that is added has to say here whether it holds anything about a person. */
export const ABOUT_PEOPLE: Readonly<Record<keyof Tables, AboutPeople>> = {
  settings: nobody('facts about the store'),
  sequences: nobody('the last number that was given out'),
  policies: nobody('rules; whoever activated them stands there by pseudonymous id'),
  grant_keys: nobody('keys of the backend'),
  nonces: nobody('numbers that were used once'),
  limits: nobody('counters by client and pseudonymous id'),
  log_tiles: nobody('hashes'),
  log_checkpoints: nobody('hashes and signatures'),
  log_writers: nobody('how many entries each process wrote'),
  suspensions: kept('why agents were stopped: the reason is what an administrator wrote, signed, about a credential'),
  refusal_counts: kept('a network address for a minute; then it is an entry'),

  audit_payloads: erased('deleted with their salts, by person, customer, plan or entry'),
  plans: erased(
    'arguments, preview and digested text of a plan without an effect; after one they are what people signed',
  ),
  plan_contents: erased('with their plan'),
  exports: erased('the file, by the person it was made for, by its plan, and by each customer in it'),

  audit_entries: kept('pseudonymous ids and salted digests: what the log verifies'),
  audit_names: kept('ids alone, by which entries are found, also for the next erasure'),
  idempotency: kept('the answer of a call for its repetition; gone after 24 hours'),
  approvals: kept('signatures of people, by pseudonymous id: the evidence of an effect'),
  person_acts: kept('signed acts of people, by pseudonymous id: the evidence of an effect'),
  tasks: kept('what a person signed, which a commit rests on'),
  people: kept('the one place that ties a name to a pseudonymous id; removing a person is an act of its own'),
  person_keys: kept('public keys, which old signatures are verified with'),
  passkeys: kept('public keys, which old signatures are verified with'),
  clients: kept("whose a client id is, by pseudonymous id, so that it never becomes somebody else's"),
  api_tokens: kept('public keys of credentials, with the pseudonymous id of their owner'),
  invitations: kept('who invited whom, part of how a key came to be trusted'),
  console_sessions: kept('pseudonymous ids for the length of a session'),
  challenges: kept('what a person is about to sign, for minutes'),

  customers: kept("the company's own record: it is corrected and deleted where it is kept, and imported again"),
  orders: kept("the company's own record, which accounts rest on"),
  refunds: kept("the company's own record, which accounts rest on"),
  tickets: kept("the company's own record of a conversation"),
  ticket_messages: kept("the company's own record of a conversation; a reply also stands in the plan that was signed"),
  articles: kept('published; it is taken down by an act of its own'),
};
