import { flagsOf, showText } from '@narrow-deputies/contracts/outside';
import { MESSAGE_MAX, type ThreadMessage } from '@narrow-deputies/contracts/tickets';
import { rfc3339 } from '../common/clock.ts';
import type { Message } from './messages-repository.ts';

/** Bytes of JSON that one thread may take, so that an answer stays of a size that hosts take, whatever stands in it. */
export const THREAD_BYTES = 48 * 1024;
/** Less of a text than this is not worth showing. */
const TEXT_MIN = 200;

const bytesOf = (message: ThreadMessage): number => Buffer.byteLength(JSON.stringify(message));

function show({ source, kind, text, goesOn, createdAt }: Message, most: number): ThreadMessage {
  const shown = showText(text, most);
  return {
    from: source,
    kind,
    at: rfc3339(createdAt),
    untrusted: { text: shown.text },
    flags: flagsOf({ text }),
    ...((shown.cut || goesOn) && { cut: true as const }),
  };
}

/**
 * A thread as it may leave: each text visible, bounded and flagged. Where there is too much for one answer, older
 * messages are cut first and then left out. Pure.
 *
 * @param newest newest first.
 * @returns oldest first.
 */
export function showThread(newest: readonly Message[]): ThreadMessage[] {
  const shown: ThreadMessage[] = [];
  let left = THREAD_BYTES;
  for (const message of newest) {
    let most = MESSAGE_MAX;
    let one = show(message, most);
    while (bytesOf(one) > left && most >= TEXT_MIN) one = show(message, (most = Math.floor(most / 2)));
    if (bytesOf(one) > left) break;
    left -= bytesOf(one);
    shown.push(one);
  }
  return shown.toReversed();
}
