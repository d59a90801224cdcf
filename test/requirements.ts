import { REQUIREMENT_PARTS } from './requirements-parts.ts';

/**
 * What the product promises, as data. A test proves a requirement by citing its id in its title, in square brackets:
 * `test('the same nonce again is replayed [wire.replayed]', …)`. `requirements.test.ts` fails on an id that no test cites
 * and on a citation of an id that is not here.
 */
export const REQUIREMENTS = {
  // The five laws.
  'law.narrow-tools': 'A server offers exactly its listed tools, each with a contract that states its worst outcome.',
  'law.ships-seen': 'Text that would reach the public commits only after a person saw those very bytes.',
  'law.no-standing-power': 'A credential can read and plan; a commit succeeds for one released plan, once.',
  'law.planned-bytes': 'What was planned is what is applied; a commit carries a plan id and never content.',
  'law.narrowing': 'Narrowing a grant takes power away and never gives any.',
  'law.backend-decides': 'A compromised server can do what its narrow credential may do, and nothing more.',
  'law.record-before-effect': 'An effect and its audit entry are one transaction: both or neither.',
  'law.denials-recorded': 'Every denial of an identified caller is one audit entry, and changes nothing else.',
  'law.noise-counted': 'Refusals before a signature verified are counted per source, code and minute.',
  'law.unclear-denied': 'What is not declared is denied: routes, tools, arguments, fields of an answer.',

  // The API token, the grant.
  'token.offline':
    'A token of the wrong shape, with a wrong checksum, still encrypted or of another server ends the process with a plain message.',
  'token.never-travels': 'The secret of a token never leaves the process that holds it.',
  'token.revoked': 'A revoked or expired token is refused from the next call on, whatever its grant says.',
  'token.rotation': 'After a rotation both tokens work until the first is revoked.',
  'token.restart': 'A restart keeps tokens and never brings a revoked one back.',
  'grant.assertion': 'A client assertion is EdDSA, for this issuer, used once, and lives a minute at most.',
  'grant.scope': 'A grant is never wider than its token, and reaches nothing outside its scopes.',
  'grant.task': 'A grant narrowed to a task reaches only the tools and the resource of that task.',
  'grant.environment': 'A grant or assertion of another issuer is wrong_environment, judged before its signature.',
  'grant.errors': 'The token endpoint answers with RFC 6749 errors, a code and an audit id.',

  // The operation request.
  'wire.headers': 'Each required header is there exactly once; a missing or doubled one is malformed_request.',
  'wire.unauthenticated': 'A missing or invalid grant is unauthenticated, with a challenge.',
  'wire.media-type': 'The content type is exactly application/json, without an encoding.',
  'wire.canonical': 'A body that is not the RFC 8785 form of what it says is refused.',
  'wire.depth': 'Nesting beyond the bound is refused before it is parsed.',
  'wire.size': 'A body above its bound is request_too_large.',
  'wire.arguments': 'Unknown or invalid arguments are refused by name, never dropped or repeated back.',
  'wire.signature': 'Any altered byte of a signed request is refused; the profile is exact.',
  'wire.signature-time': 'A signature outside its window is signature_expired or signature_invalid.',
  'wire.target-uri': 'The signed address is the public origin, never the Host header.',
  'wire.not-found': 'An unknown route or method is not_found, before identity.',
  'wire.public-answers': 'A problem says what would be accepted and leaks nothing internal.',
  'wire.interop': 'An independent implementation of RFC 9421 agrees with ours in both directions.',

  // Calls that come again.
  'repeat.replayed': 'The same nonce again is replayed.',
  'repeat.stored': 'The same key and arguments after a success give the stored outcome.',
  'repeat.afresh': 'The same key after a refusal or a pending answer is decided afresh.',
  'repeat.conflict': 'The same key with other arguments is idempotency_conflict.',
  'repeat.in-flight': 'The same key while the first runs waits, and never runs twice.',
  'repeat.receipt': 'A committed plan gives its stored receipt to a new key.',
  'repeat.twin': 'An identical open plan is that plan.',

  // Plans and approvals.
  'plan.states': 'A plan moves only along its listed transitions, and its ends are ends.',
  'plan.bound': 'A plan is bound to the versions that it saw; a changed world is plan_stale with what changed.',
  'plan.once': 'However many commits race, one plan has one effect and one receipt.',
  'plan.allowance': 'A client holds at most 10 open plans and an owner 30.',
  'plan.expiry': 'A plan is not committed after its expiry.',
  'plan.foreign': "Another client's plan does not exist.",
  'plan.kind': 'A plan is committed by its own tool only.',
  'policy.binding':
    'Policy decides again at commit, and only that decision counts; it may ask for more, never for less.',
  'policy.history': 'What policy counts of earlier calls is what the log says, on both engines.',
  'policy.floor': 'No policy asks for less than the contract of a commit does.',
  // The log over the entries.
  'log.sequenced': 'Every entry gets its place in the log, in batches, without a gap, under a head that is signed.',
  'log.one-history': 'However many replicas sequence, and whatever is done to the store, no second history is signed.',
  'log.copies': 'Each signed head is also outside the database.',
  'log.one-key': 'A log is signed with one key, which is used for nothing else.',

  'approval.person': 'No credential that an agent or a server holds can approve.',
  'approval.owner': "An owner's approval comes from that plan's owner.",
  'approval.reviewers': 'Reviewers are other people than the owner, and hold every role that policy asks for.',
  'approval.bound': 'An approval is bound to the plan digest and to what was shown.',
  'approval.reverified': 'A commit verifies stored approvals again; rows changed by hand release nothing.',
  'approval.rejected': 'A rejected plan is never applied, and its reason reaches the agent.',
  'approval.page': 'The approval address shows the plan to people, escaped, without scripts, and grants nothing.',
  'approval.key': "An approver's key is encrypted and lies outside the home.",

  // Limits, storage, surroundings.
  'limit.rates': 'Limits per client, tool and owner refuse with the standard headers, and refused calls cost nothing.',
  'limit.lasting': 'A restart forgets no limit, nonce, plan or key.',
  'store.engines': 'Both engines pass one suite.',
  'store.clock': 'Time never runs backwards for a decision; a clock too far behind refuses service.',
  'store.crash': 'A crash at any moment of a commit leaves no effect or one effect with its entry.',
  'store.trouble': 'A store that is locked, read-only or full refuses without an effect, and recovers by itself.',
  'flood.noise': 'Floods of unsigned requests use up no limit, fill no table and stop no good call.',
  'host.both-eras': 'A server speaks both protocol eras; text and structured content are the same.',
  'host.lifecycle':
    'A server lists its tools while the backend is down, ends with its input, and prints nothing but the protocol.',
  'host.backend-trouble': 'A backend that is away, slow or strange is unavailable, in words that help.',
  'host.surface': 'The surface of a tool is a committed snapshot: names, lengths, ASCII, annotations, size.',
  'host.sandbox': 'A launched server cannot read outside its folders, write, or start a process.',
  'secret.canary': 'A secret never appears in any output.',

  // Drafts.
  'draft.filename': 'A filename reaches one folder only: no dot segments, links, devices, odd files or other endings.',
  'draft.front-matter': 'Front matter is plain YAML, never evaluated; bombs, tags and duplicates are refused.',
  'draft.hidden': 'Hidden, bidirectional and control characters make a draft unpublishable and are named.',
  'draft.sanitised': 'Rendered HTML carries no script, handler or foreign scheme.',
  'draft.exact': 'What is published is what was planned, byte for byte.',

  // The stop button.
  'stop.next-call':
    'What people suspend is refused from the very next call on, on every replica and at the token endpoint.',
  'stop.whole': 'A commit that runs while it is suspended finishes or rolls back whole.',
  'stop.resume': 'A stop is taken back by an administrator who says why; both are on record.',
  'stop.anyone': 'Every enrolled person can stop; no agent can stop or resume anything.',

  // People and the console.
  'console.origin':
    'The console takes requests by its own name and from its own pages; Host and Origin are each looked at.',
  'console.csrf': "A write carries the page's own token; no foreign form can send one.",
  'console.session':
    'A session is opened by a passkey alone, anew each time, in the strictest cookie, and ends when it should.',
  'console.sign-in-rate': 'Whoever tries to sign in many times is slowed down, and nobody else.',
  'console.headers': 'Every answer of the console carries headers that let nothing in: a table grades each of them.',
  'console.bodies': 'A body larger than any page sends is refused before it is read as anything.',
  'console.reads': 'No address changes anything by being read.',
  'console.apart': "The console and the agents' API share no port, no route and no credential.",
  'console.decide': 'A person approves, applies or rejects one plan in a browser, with a passkey.',
  'console.live': 'An open page follows what waits, and what is over can no longer be decided on it.',
  'console.frame': 'An article is shown in a frame in which nothing acts, loads or leaves.',
  'console.deception': 'Text that deceives the eye is written out, cut with a count, or pointed out.',
  'console.accessible': 'Every page is usable by keyboard, narrow and wide, light and dark, and axe finds nothing.',
  'console.stopped': 'Whoever looks at the console sees what is stopped.',
  'person.passkey': 'A passkey proves its person to this console alone, and only after it asked for them.',
  'person.fresh-assertion':
    'Every act takes an assertion of its own, over exactly what is done; it counts once and not for long.',
  'person.stolen-cookie': 'A session reads; whoever steals it decides nothing.',
  'person.invitation': 'A link enrols one passkey for the person whom it names, once, within a day.',
  'person.first-invitation': 'A link that nobody signed is made only while nobody could sign one.',
  'person.one-identity': 'A person is one person, whatever spelling of a name or how many passkeys they have.',
  'person.four-eyes': 'A review is by somebody else than the owner; two reviewers are two people.',
  'person.revoked': 'What a removed or demoted person, or a revoked passkey, approved no longer counts.',
  'person.apply': 'Approve and apply commits once, as the client and because of the approver, or does nothing at all.',
  'person.environments': 'Staging and production take passkeys only, and do not start beside a private key.',

  // Environments, apart by key, issuer, audience, policy and data: what one gave out is refused in every other.
  'env.token': 'A token of one environment gets no grant in another: the issuer counts before the key.',
  'env.grant': 'A grant of one environment opens nothing in another, judged before its signature.',
  'env.recorded': 'Whole requests that were recorded in one environment do nothing in another, and are counted.',
  'env.planted-token':
    "A token's row copied into another environment's store is no credential there; one that is forged in full commits nothing.",
  'env.plan':
    'A plan of one environment does not exist in another, for agents and people, also where its row was copied.',
  'env.issuer': 'A backend knows one issuer, that of its own environment.',
  'env.person': 'What a person signed for one environment, with a passkey or a key file, decides nothing in another.',
  'env.approval': 'An approval of one environment counts for nothing in another, wherever its row was written.',
  'env.session': "A console's session is none in another environment.",
  'env.policy': 'A policy of one environment is not activated in another, and its row decides nothing there.',
  'env.task': 'A task of one environment covers nothing in another.',
  'env.store': 'A store is opened by its own environment alone, and left as it is by every other, its shape included.',
  'env.server': 'A server whose token belongs to another environment says so at its first call.',

  // Customers.
  'crm.search': 'A search is bounded: its words, its pages, its reach; no wildcard lists everything.',
  'crm.masked': 'Contact data is masked, and no field leaves that the contract does not list.',
  'crm.cursor': 'A cursor works for the client and the listing that it was given for, and for nobody else.',
  'crm.export': 'An export holds exactly the planned rows and fields; a person fetches it once, within a day.',
  'crm.csv-safe': 'No cell of an export is a formula to a spreadsheet.',
  'crm.lookup': 'The first crm-reader token can search and look up; exports take a token minted for them.',

  // Tickets.
  'ticket.update': 'A ticket is changed by enumerated steps, shown before and after.',
  'ticket.reply': 'A customer reads exactly the text that a person approved.',
  'ticket.refund': 'Refunds of an order never add up to more than its total, however many race.',
  'ticket.own-order': "A refund reaches only orders of the ticket's customer; another's does not exist.",
  'ticket.stale': 'A ticket that moved makes its plans stale, and the answer says what changed.',

  // Tasks.
  'task.granted': 'Owners grant tasks, each to their own agents; nobody else does, and no agent makes or asks for one.',
  'task.never-ships': 'No task covers what ships text, takes data out, or takes a reviewer.',
  'task.bounds': 'A task covers its client, tools, record, currency and time, and nothing beside them.',
  'task.sum': 'However many commits race, together they stay within the sum and the uses of a task.',
  'task.reverified':
    'A task is what its person signed and could still sign; a row that was changed or copied by hand counts for nothing.',
  'task.ended': 'What was revoked or is over covers nothing from then on.',

  // Text from outside.
  'text.labelled': 'Text from outside leaves a server only in fields labelled untrusted, visible, with its flags.',
  'text.contained': 'Text from outside reaches no tool name, description or error.',

  // Data.
  'data.import': 'An import is all or nothing, says each fault by its line, and changes nothing in a dry run.',
  'data.fixtures': 'The shipped fixtures are made from a fixed seed and hold what the tests need.',

  // Isolation.
  'isolation.matrix': 'No token reaches an operation or a record beyond its contracts.',
  'isolation.absent': 'What is not yours is answered byte for byte like what does not exist.',

  // Traces, metrics and logs for operators.
  'trace.context': 'The trace of the MCP request, or a new one, is that of the backend request and of the audit entry.',
  'trace.spans': 'Where spans are exported, host, server, backend and transaction are one trace, parent by parent.',
  'trace.metrics': 'Durations arrive in seconds and the advised buckets, at the latest when the process ends.',
  'trace.asked-for': 'Nothing of OpenTelemetry is loaded or sent unless the standard variables ask for it.',
  'trace.console': 'Telemetry for the console goes to standard error, never among the protocol.',
  'trace.collector': 'A collector that is away delays no call, ends no process and is mentioned once.',
  'trace.identified': 'Who has not proved who they are chooses neither trace nor sampling.',
  'trace.no-secret': 'No argument, result, secret or personal data is in a span, a metric or a log.',
  'trace.logs': 'Every line of a log that belongs to a call names its trace.',

  // Installing.
  'install.bundle':
    'A bundle holds the program, what exports its telemetry and their licences, and runs outside the repository.',
  'install.connect': 'Connecting a host adds our entries and leaves all else as it was.',

  // The house.
  'check.self': 'At boot the backend proves on itself that each control denies, and serves only then.',
  'check.twins': 'Each control has a broken twin that its test catches.',
  'house.imports': 'Packages import only what the layout allows.',
  'house.docs': 'Generated documentation matches the contracts.',
  'people.cli': 'Every command has help and a JSON form; scripts see one document and a true exit status.',
  'people.doctor': 'The doctor finds what is wrong and says what to do.',

  ...REQUIREMENT_PARTS,

  // The worst outcome of each contract.
  'outcome.list_drafts': 'The agent learns which named drafts are live, and no more.',
  'outcome.plan_publish_draft': 'A person is shown a draft that was not meant; nothing is public.',
  'outcome.commit_publish_draft': 'An approved draft is published at the wrong time.',
  'outcome.plan_unpublish_article': 'A person is asked to take down an article; it stays up.',
  'outcome.commit_unpublish_article': 'An article is away until the same draft is published again.',
  'outcome.search_customers': 'The agent learns names and places of customers that it can describe, a page at a time.',
  'outcome.get_customer': 'The agent learns one customer and their recent orders, without a way to reach them.',
  'outcome.plan_export_customers': 'A person is asked for an export that nobody needs; no row leaves.',
  'outcome.commit_export_customers': 'An approved file waits for a person for a day.',
  'outcome.list_tickets': 'The agent learns which tickets there are.',
  'outcome.get_ticket': 'The agent reads one thread, and what it says is data.',
  'outcome.plan_create_ticket': 'A person is asked about a needless ticket.',
  'outcome.commit_create_ticket': 'A needless ticket lies in the queue.',
  'outcome.plan_update_ticket': 'A person is asked about a wrong change.',
  'outcome.commit_update_ticket': 'A ticket stands in the wrong state until somebody puts it back.',
  'outcome.plan_reply_to_customer': 'A person is shown a reply that should not be sent.',
  'outcome.commit_reply_to_customer': 'A customer reads an approved reply at the wrong time.',
  'outcome.plan_refund': 'A person is asked for a refund that is not due.',
  'outcome.commit_refund': 'An approved refund of one order is paid, never more than its total.',

  // An exported log, verified by a stranger.
  'verify.export': 'An export of a log that nobody touched holds, with and without payloads, on both engines.',
  'verify.cli':
    'audit export, verify, prove and verify-proof say what they found as JSON, and end with 0 only if all of it holds.',
  'verify.streams': 'An export is written and verified in memory that does not grow with the log.',
  'verify.flip':
    'Any single altered byte of any file of an export is found, and the entry that it belongs to is named.',
  'verify.edit': 'An edited entry is found, whether its hashes were made anew or not.',
  'verify.deletion': 'A deleted entry is found at its index, in the export and in the store that it comes from.',
  'verify.insertion': 'An inserted entry is found where it was put.',
  'verify.reordering': 'Entries that changed places are found at the first of them.',
  'verify.truncation': 'A dropped tail is found, and by a kept checkpoint also where the head was signed anew.',
  'verify.fork': 'Whoever has the whole store and the key of the log rewrites nothing that a kept checkpoint is of.',
  'verify.rollback': 'A checkpoint that is older than the kept one is refused.',
  'verify.key': 'A log signed with another key than the one kept elsewhere is refused.',
  'verify.files': 'Every byte of every file of an export is accounted for; missing, odd and further files are named.',
  'verify.entry': 'An entry is of version 1, of the environment of its log, and not from before the entries before it.',
  'verify.payload': 'A payload is the one that was logged; one that is missing has a deletion on record.',
  'verify.plan': 'An effect goes back to the plan that it names, once, while that lived.',
  'verify.release': 'An effect was approved by as many people as it took, of the right roles, or needed none.',
  'verify.approval': 'An approval is a signature over that plan and what was shown of it.',
  'verify.passkey': 'A passkey counts where its relying party, its person and its challenge are right.',
  'verify.enrolment':
    'Whoever approves or acts was enrolled by an earlier entry, which an invitation or a first start led to.',
  'verify.task': 'An effect under a task is within what a person signed beforehand.',
  'verify.policy': 'What was decided was decided by the policy that an earlier entry had made active.',
  'verify.acts': 'What a person did is signed by them, as its entry says it, in a role that could.',
  'verify.proof': 'One entry is proved by one file, which anybody can verify.',
  'verify.readers': 'Whole entries and proofs are for administrators and auditors alone.',

  // What the log is asked, what goes and what cannot be left out.
  'audit.questions':
    'The log is asked by time, agent, owner, run, tool, decision, rule, record, trace and plan, at a cost that does not grow with it.',
  'audit.erasure':
    'Payloads and salts go when somebody asks or their days are over; each deletion is an entry, and no entry goes.',
  'audit.forensics': 'For each refusal the log answers who, what, when, from where, why, in which run and trace.',
  'audit.fail-closed':
    'A call whose entry cannot be written fails as audit_unavailable and leaves nothing; it recovers by itself.',
  'audit.exceptions': 'What is not audited is one list, which every route is held against.',
  'audit.auditor': 'An auditor reads the log and does nothing else.',

  // The transparency log.
  'log.vectors': 'Hashes, proofs, notes, checkpoints and tile paths are those of the published vectors.',
  'log.tiles': 'Appending writes exactly the new tiles, and they hash to the root of the naive tree at every size.',
  'log.proofs': 'A proof proves one entry at one place in one tree, or one growth, and nothing else.',
  'log.notes': 'A note is read only when a trusted key signed it and no signature of a trusted key fails.',
  'log.trust': 'A checkpoint of a wrong key, with a bad signature or of another log is refused, the kept one too.',
  'log.changed-entries': 'An entry that was edited, deleted, inserted or moved is named by its index.',
  'log.tail': 'A dropped tail and surplus entries are found.',
  'log.history': 'A rewritten history, a fork and a rollback are found.',
  'log.flip': 'Any single altered byte of entries, hash tiles, checkpoints or proofs is found.',
  'log.streams': 'A log is verified in step with what is read, one bundle at a time.',
  'log.twins': 'Each check of a log has an attack that a verifier without that check lets through.',
} as const;

export type RequirementId = keyof typeof REQUIREMENTS;
