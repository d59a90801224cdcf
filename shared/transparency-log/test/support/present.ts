/** Narrows away `undefined`; a test that lacks its object fails at once. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A value that the test needs is missing.');
  return value;
}
