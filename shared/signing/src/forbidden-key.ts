import type { JsonValue } from './json.ts';

/**
 * Whether `__proto__` is a key anywhere in a parsed value. JSON.parse makes it an own property, harmless until someone
 * copies the object by assignment: then it replaces the prototype. A list instead of recursion: no depth can overflow it.
 */
export function hasForbiddenKey(root: JsonValue): boolean {
  const waiting: JsonValue[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    if (Object.hasOwn(value, '__proto__')) return true;
    for (const inner of Object.values<JsonValue>(value)) waiting.push(inner);
  }
  return false;
}
