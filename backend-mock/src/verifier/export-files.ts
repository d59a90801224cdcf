/** Names within an exported folder. Hash tiles and entry bundles lie under the paths of C2SP tlog-tiles. */
export const FILES = {
  checkpoint: 'checkpoint',
  key: 'log.vkey',
  readMe: 'README.txt',
  payloads: 'payloads.jsonl',
  evidence: 'evidence.jsonl',
  credentials: 'people.jsonl',
  acts: 'acts.jsonl',
  tiles: 'tile',
} as const;

/** What stands beside each log, word for word; a verification compares it, like every other byte. */
export const READ_ME = `This folder is an audit log, whole, up to one signed checkpoint.

checkpoint       the signed head of the log (C2SP tlog-checkpoint): how many entries, and the hash over all of them
log.vkey         the public key that the log says it is signed with (C2SP signed-note, "Verifier keys")
tile/entries/    the entries, 256 to a file, each after its length in two bytes (C2SP tlog-tiles)
tile/0/ ...      the hashes over them (C2SP tlog-tiles)
payloads.jsonl   what entries were about: redacted arguments and results, each with the salt of its digest in the entry;
                 absent where the export was made without them; lines of what was erased are not there
evidence.jsonl   for each change: its plan, and the signed approvals or the signed task that released it
people.jsonl     the public keys that people signed with, where each was enrolled
acts.jsonl       what people did, each with their signature

Every .jsonl file has one line of canonical JSON (RFC 8785) for an entry, in the order of the log; "index" is the entry.

To verify all of it, offline, with nothing else from where it came:

    deputies audit verify <this folder> --key <the key you were given> --checkpoint <a checkpoint that you kept>

Without --key the log is compared with the key in this folder: that shows that it is whole, not whose it is. Without
--checkpoint nobody can tell that the end of the log, or another log signed with the same key, was not shown to you.
Payloads can hold what customers wrote and who they are. Keep this folder as you keep such data.
`;
