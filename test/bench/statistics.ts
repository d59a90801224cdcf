const sorted = (values: readonly number[]): number[] => values.toSorted((one, other) => one - other);

/** The value at a place in sorted numbers. @throws RangeError when there is none. */
function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError('There are no numbers to choose from.');
  return value;
}

/**
 * The nearest-rank percentile.
 *
 * @param share - 0.99 for the 99th.
 * @throws RangeError when there are no numbers.
 */
export const percentile = (values: readonly number[], share: number): number =>
  at(sorted(values), Math.max(0, Math.ceil(share * values.length) - 1));

/** The middle value, or the mean of the two in the middle. @throws RangeError when there are no numbers. */
export function median(values: readonly number[]): number {
  const inOrder = sorted(values);
  const middle = Math.floor(values.length / 2);
  return values.length % 2 === 1 ? at(inOrder, middle) : (at(inOrder, middle - 1) + at(inOrder, middle)) / 2;
}

/** @throws RangeError when there are no numbers. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There are no numbers to choose from.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
