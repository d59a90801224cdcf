const MOST_S = 120;
/** Two looks of a balancer that looks every two seconds. */
const DEFAULT_S = 5;

/**
 * `DEPUTIES_END_SECONDS`: how long a process that was told to end still takes calls, while its health says that it ends.
 *
 * @returns seconds; left out, none in development, where nobody balances.
 * @throws Error for the person who started the process.
 */
export function secondsOfEnd(text: string | undefined, environment: string): number {
  if (text === undefined || text === '') return environment === 'development' ? 0 : DEFAULT_S;
  if (/^\d{1,3}$/.test(text) && Number(text) <= MOST_S) return Number(text);
  throw new Error(`DEPUTIES_END_SECONDS takes a whole number of seconds from 0 to ${MOST_S}.`);
}
