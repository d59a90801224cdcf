import { fail, ok, warn, type Finding } from './finding.ts';

const WARN_MS = 2_000;
const FAIL_MS = 5_000;

/**
 * How far this machine's clock is from the one that wrote a `Date` header (RFC 9110 section 6.6.1), at the least: the
 * header has whole seconds, and it was written at some moment between request and answer.
 *
 * @param sentAt milliseconds since the epoch, when the request left; `receivedAt` when its answer was there.
 * @returns milliseconds, positive where this machine is ahead; undefined for a header that is no date.
 */
export function clockDifference(date: string, sentAt: number, receivedAt: number): number | undefined {
  const theirs = Date.parse(date);
  if (Number.isNaN(theirs)) return undefined;
  const ahead = sentAt - (theirs + 1000);
  const behind = theirs - receivedAt;
  if (ahead > 0) return ahead;
  return behind > 0 ? -behind : 0;
}

/** @param difference milliseconds, of {@link clockDifference}. */
export function judgeClock(name: string, difference: number | undefined): Finding {
  if (difference === undefined) {
    return warn(name, "not compared: the backend's answer has no date", 'Look for a proxy that takes the header away.');
  }
  const apart = Math.abs(difference);
  if (apart <= WARN_MS) return ok(name, "agrees with the backend's");
  const seconds = (apart / 1000).toFixed(1);
  const found = `this machine is at least ${seconds} s ${difference > 0 ? 'ahead of' : 'behind'} the backend`;
  const advice = 'Set the clock, on whichever machine it is wrong; let it be set over the network.';
  return apart > FAIL_MS ? fail(name, found, advice) : warn(name, found, advice);
}
