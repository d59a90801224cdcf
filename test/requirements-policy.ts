/** The promises of `requirements.ts` that are about policy: what a file may say, what it means, and what it holds up. */
export const POLICY_REQUIREMENTS = {
  // What is said about a policy before it is active.
  'policy-check.findings': 'Each kind of finding is found in a policy that has it, and in none that nearly has it.',
  'policy-check.places': 'A finding names file, line and column, in the order of the files.',
  'policy-check.money':
    'Money is allowed only under a daily sum, in named currencies, and never in parts that add up to more.',
  'policy-check.people': 'Approvals that too few of the enrolled people could give are found.',
  'policy-check.cases': 'Cases beside a policy are decided as written, and say what is otherwise and why.',
  'policy-check.json-schema':
    'The JSON Schemas refuse what the reader refuses in shape, and are those that are shipped.',
  'policy-check.cli': 'policy check and policy test print as compilers do, and end with 0 only when all is well.',
  'policy-check.files': 'A policy is read from its folder alone: no missing, huge, binary file, no link out of it.',
  'policy-check.explain': 'policy explain says of each rule, limit and factor whether it matched, or why not.',
  'policy-check.shipped': 'In the shipped policies nothing is found, and each decides as its cases say.',
  'policy-check.needed': 'A case notices each rule, limit and factor of the shipped policies that is missing.',
  'policy-check.language':
    'The shipped policies use, and the page about policies explains, all that the language can say.',

  // What a policy means, in the engine alone.
  'policy.meaning':
    'The engine decides as a naive evaluator of the same words does, whatever the policy, call and past.',
  'policy.order': 'The order of rules, limits, packs, factors, lists and fields never matters.',
  'policy.monotone': 'One more deny or limit, or one allow less, never allows more.',
  'policy.split':
    'An amount in parts never passes what the whole would not, under a sum within what one call may have.',
  'policy.denial-silent': 'What a denied agent is told holds no number, id or word of the policy.',
  'policy.retry-honest': 'When an agent is told to try again, the call is no longer denied if nothing else happens.',
  'policy.strict-files': 'A policy is plain YAML without a field too many, and each fault is told by line and column.',
  'policy.wall-clock': 'Days and hours go by the wall clock of their zone, in the nights in which clocks move too.',
  'policy.conditions': 'Each condition holds and fails as it says, and what is unclear restricts and never allows.',
  'policy.measures': 'What is counted of the past is counted as it says, to the ends of the window.',
  'policy.explained': 'An explanation decides as decisions do, and says of each part why it had no say.',

  // What a policy holds up on the wire.
  'policy.velocity':
    'Calls beyond a limit are denied in words that help and name no threshold, until the window has passed; nothing else makes them pass.',
  'policy.runs': 'A limit per run holds for its owner too, so that a new run does not help.',
  'policy.sums': 'Amounts never add up to more than a sum allows, however they are cut, planned or committed.',
  'policy.races': 'What races is decided as if it had come in a row, by one policy and over all of the past.',
  'policy.abuse':
    'Signs of abuse suspend the credential, wherever calls are refused, until an administrator has looked.',
  'policy.activation':
    'An administrator activates a policy, for every replica at its next call; a bad file changes nothing and is told where.',
  'policy.starts': 'A start makes a file active where there is none yet, and a changed one in development alone.',
  'policy.tampered': 'A policy that was changed by hand decides nothing, and nothing is done until one is activated.',
  'policy.tasks': 'Where only a task releases a commit, a call without one is told that, and no more.',
  'policy.privacy':
    'What policy reads for good is no text that a contract does not keep, and nothing that can be guessed.',
  'policy.cost': 'Deciding takes one statement, whatever is asked of the past.',

  // The page of the policy.
  'policy-page.shown': 'Everybody who may decide sees what does, in words and exactly, and how it came to.',
  'policy-page.administrators': 'Only an administrator is offered another policy, and only one can look at it before.',
  'policy-page.files': 'Chosen files are put together as the policy names them; what is missing is said plainly.',
  'policy-page.preview': 'A policy is looked at before it is signed for, and looking writes nothing.',
  'policy-page.changes': 'Whatever a policy would decide otherwise is shown, before and after.',
  'policy-page.replay': 'The newest calls are decided again, and those that would change are counted and grouped.',
  'policy-page.signed': 'What becomes active are the very texts that were looked at and signed.',
} as const;
