/** The promises of `requirements.ts` that are about who wrote an entry, and about a log that is not as it should be. */
export const WRITER_REQUIREMENTS = {
  'log.writers':
    'Each entry says which process wrote it and as which of its entries; what shows that lies outside the store.',
  'log.forged':
    'What a process with the key did not write, or wrote already, gets no place in the log, and an entry says so.',
  'log.missing': 'An entry that is taken away before it has its place is missed by the next of its writer.',
  'log.adopted': 'What a store holds from before is taken over once, on record.',
  'log.restored':
    'A log is signed only where it goes on from what was signed before, or where somebody says in an entry that it does not.',
  'log.watched': 'Whoever asks a backend for its health, or runs the doctor, is told what is wrong with the log.',
  'verify.writers': 'A verification misses each entry that its writer numbered, and takes none that nobody wrote.',
  'verify.unsigned':
    'Where people use passkeys a policy that nobody signed for is the first of its log; in development each is told.',
  'policy.proven': 'No call is decided by a policy that nobody with the key made active, or that was replaced since.',
  'cli.log-key': 'A command that writes into a store does so with the key of its log, or not at all.',
  'audit.always': 'Nothing that a caller sends keeps the refusal of that caller out of the log, or out of a limit.',
} as const;
