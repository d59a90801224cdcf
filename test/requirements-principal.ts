/** The promises of `requirements.ts` about whose power it is, and when it ends. */
export const PRINCIPAL_REQUIREMENTS = {
  'principal.client':
    'A client id belongs to one owner and one agent for good, whoever mints, and however its rows read.',
  'principal.mint': 'token mint finds a client id that is free for its owner and agent, and says which.',
  'principal.upgrade':
    'In a store of an earlier version each client id goes to one owner and agent, and tokens of others stop, saying why.',
  'principal.pair':
    'What a client has for one owner (plans, receipts, keys, cursors, limits, exports) does not exist for another owner.',
  'token.owner': 'A token, and what was planned with it, ends with the person that it acts for.',
  'person.links':
    'A link that enrols ends with the power of whoever made it, with the person that it is for, and when it is taken back.',
} as const;
