/** The promises of `requirements.ts` about the first minutes with the product, as its README tells them. */
export const FIRST_MINUTES_REQUIREMENTS = {
  'start.drafts': 'A drafts folder that is not there is made, with an example, and the start says so.',
  'start.flags':
    'A flag that does not fit is refused in words that say what would, before anything is built or served.',
  'start.tokens': 'A start prints no token unless it is asked for the configuration.',
  'start.hints': 'Commands work as they are printed, from any folder, also for a home that is not the default one.',
  'start.paths': 'A path that a person types is meant from the folder that they stand in.',
  'start.end': 'Whoever ends npm start ends the backend.',
  'people.passphrase_fd': 'A passphrase is read from the descriptor that the command names, also through npm.',
  'people.doctor_host': "The doctor reads Claude Desktop's own file, and finds there what cannot work.",
  'people.rotate': 'A rotation says what comes next, in the order in which it works.',
  'task.heeded': 'A task is granted only where the active policy heeds it, and releases what it covers, as shipped.',
  'afternoon.held':
    'After an afternoon of work, attacks and a restart of the store, all still serves and the log verifies.',
} as const;
