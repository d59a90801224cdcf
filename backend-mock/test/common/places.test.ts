import { expect, test } from '@jest/globals';
import { Places } from '../../src/common/places.ts';

test('so many run at once, the others in their order, and one that fails makes room [store.places]', async () => {
  const places = new Places(2, 60_000);
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const begun: number[] = [];
  const runs = gates.map((gate, number) =>
    places
      .run(async () => {
        begun.push(number);
        await gate.promise;
      })
      .catch(() => undefined),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  gates[1]?.reject(new Error('failed'));
  await runs[1];
  expect(begun).toEqual([0, 1, 2]);
  gates[0]?.resolve();
  await runs[0];
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const gate of gates) gate.resolve();
  await Promise.all(runs);
});

test('who waits too long is told so, was not begun, and takes nobody else their place [store.places]', async () => {
  const places = new Places(1, 1);
  const gate = Promise.withResolvers<void>();
  const first = places.run(() => gate.promise);
  let begun = false;
  const late = places.run(async () => {
    begun = true;
  });
  await expect(late).rejects.toMatchObject({ code: 'unavailable', problem: { retryable: true, retryAfter: 2 } });
  gate.resolve();
  await first;
  expect(begun).toBe(false);
  await expect(places.run(() => Promise.resolve('next'))).resolves.toBe('next');
});
