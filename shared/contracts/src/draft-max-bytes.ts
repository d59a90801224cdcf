/** Largest draft, in bytes of the file. */
export const DRAFT_MAX_BYTES = 512 * 1024;
