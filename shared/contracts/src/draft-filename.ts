/** Why a draft's filename is refused; the text says what would be accepted. */
export type FilenameFault = string;

const SEGMENT = /^[\p{L}\p{M}\p{N} _.-]+$/u;
/** Letters and marks that are drawn as nothing (fillers, joiners, selectors): two names could look the same. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** Names that Windows gives to devices, with or without spaces and an extension behind (refused on every system). */
const DEVICE = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/iu;

export const FILENAME_MAX_CHARACTERS = 200;

/**
 * Judges a draft's filename: a relative path of NFC letters, digits, spaces, `-`, `_` and `.`, with `/` between folders,
 * ending in `.md`; no dot segment, no device name, no segment that starts or ends with a space or starts with a dot.
 * Pure: whether such a file exists is another question.
 *
 * @returns the first fault in words, or undefined when the name is acceptable.
 */
export function draftFilenameFault(name: string): FilenameFault | undefined {
  if (name.length === 0 || name.length > FILENAME_MAX_CHARACTERS) {
    return `A filename has 1 to ${FILENAME_MAX_CHARACTERS} characters.`;
  }
  if (name !== name.normalize('NFC')) return 'A filename is written in Unicode normal form C.';
  if (!name.endsWith('.md')) return 'A filename ends in ".md", in lower case.';
  for (const segment of name.split('/')) {
    if (segment === '' || segment === '.' || segment === '..' || segment.startsWith('.')) {
      return 'A filename is relative to the drafts folder, without empty, hidden or dot segments.';
    }
    if (!SEGMENT.test(segment) || INVISIBLE.test(segment) || segment !== segment.trim() || segment.endsWith('.')) {
      return 'A filename has only letters, digits, spaces, "-", "_" and ".", with "/" between folders.';
    }
    if (DEVICE.test(segment)) return 'A filename is not the name of a device.';
  }
  return undefined;
}
