/** The `code` of a system or library error (`ENOENT`, `UND_ERR_…`), or the empty string. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
