import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import type { Lab } from '../support/lab.ts';
import { send, type WireReply } from '../support/wire-client.ts';
import { resolve } from './json-schema.ts';

/** A `GET` of one of the backend's own addresses. */
export const get = (lab: Lab, path: string): Promise<WireReply> =>
  send({ method: 'GET', url: `${lab.backend.backendUrl}${path}`, headers: [], body: Buffer.alloc(0) });

/** The object at a path of names; an empty one where there is none. */
export const at = (value: JsonValue | undefined, ...path: string[]): JsonObject => {
  let found = value;
  for (const part of path) found = (found as JsonObject | undefined)?.[part];
  return (found ?? {}) as JsonObject;
};

export const keys = (value: JsonValue | undefined): string[] => Object.keys((value ?? {}) as JsonObject);

/** Every operation of an OpenAPI document by its path. */
export const operationsOf = (openapi: JsonObject): [path: string, operation: JsonObject][] =>
  keys(openapi['paths']).map((path) => [path, at(openapi, 'paths', path, 'post')]);

/** What stands at a place, or what the reference there leads to. */
export const follow = (openapi: JsonObject, value: JsonValue | undefined): JsonObject => {
  const found = (value ?? {}) as JsonObject;
  return typeof found['$ref'] === 'string' ? (resolve(openapi, found['$ref']) as JsonObject) : found;
};

/** Every value of one key, anywhere below a value. */
export function* everywhere(key: string, value: JsonValue): Generator<JsonValue> {
  if (value === null || typeof value !== 'object') return;
  for (const [name, member] of Object.entries(value)) {
    if (name === key) yield member;
    yield* everywhere(key, member);
  }
}
