import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SERVER_PROFILES } from '@narrow-deputies/backend-mock';
import { CODES, type JsonObject } from '@narrow-deputies/contracts';
import { OPERATION_PROFILE } from '@narrow-deputies/signing';
import { startLab, type Lab } from '../support/lab.ts';
import type { WireReply } from '../support/wire-client.ts';
import { compileSchema, resolve } from './json-schema.ts';
import { at, everywhere, follow, get, keys, operationsOf } from './openapi-document.ts';

let lab: Lab;
let reply: WireReply;
let openapi: JsonObject;

beforeAll(async () => {
  lab = await startLab();
  reply = await get(lab, '/openapi.json');
  openapi = reply.json;
});
afterAll(() => lab.stop());

describe('GET /openapi.json', () => {
  test('is public, and an OpenAPI 3.1 document', () => {
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(openapi['openapi']).toMatch(/^3\.1\.\d+$/);
    expect(at(openapi, 'info')).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(openapi['servers']).toEqual([{ url: lab.backend.backendUrl }]);
  });

  test('lists exactly the registered operations, the token endpoint and the reports [house.docs]', async () => {
    const metadata = await get(lab, `/.well-known/oauth-authorization-server/${lab.wire.environment}`);
    const scopes = metadata.json['scopes_supported'] as string[];
    const held = SERVER_PROFILES.flatMap(({ agents }) => agents.flatMap((agent) => [...agent.scopes]));
    expect(scopes.toSorted()).toEqual([...new Set(held)].toSorted());
    const expected = ['/oauth/token', '/v1/refusals', ...scopes.map((scope) => `/v1/${scope.replace(':', '/')}`)];
    expect(keys(openapi['paths']).toSorted()).toEqual(expected.toSorted());
  });

  test('every operation is complete and has its own name', () => {
    const names = operationsOf(openapi).map(([, operation]) => operation['operationId']);
    expect(new Set(names).size).toBe(names.length);
    const tags = (openapi['tags'] as JsonObject[]).map((tag) => tag['name']);
    for (const [path, operation] of operationsOf(openapi)) {
      expect(keys(at(openapi, 'paths', path))).toEqual(['post']);
      expect(operation).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
      for (const tag of operation['tags'] as string[]) expect(tags).toContain(tag);
      const responses = at(operation, 'responses');
      expect(keys(responses).some((status) => status.startsWith('2'))).toBe(true);
      for (const status of keys(responses)) {
        expect(status).toMatch(/^[245]\d\d$/);
        expect(at(responses, status)).toMatchObject({
          description: expect.stringMatching(/./),
          headers: expect.anything(),
        });
        expect(keys(at(responses, status, 'content'))).toHaveLength(1);
      }
    }
  });

  test('every reference leads somewhere, and every component is used', () => {
    const refs = [...everywhere('$ref', openapi)].map(String);
    for (const ref of refs) expect(() => resolve(openapi, ref)).not.toThrow();
    const components = ['schemas', 'parameters', 'headers', 'examples'].flatMap((kind) =>
      keys(at(openapi, 'components', kind)).map((name) => `#/components/${kind}/${name}`),
    );
    expect(components.filter((component) => !refs.includes(component))).toEqual([]);
  });

  test('every schema compiles', () => {
    const schemas = [...everywhere('schema', openapi), ...Object.values(at(openapi, 'components', 'schemas'))];
    expect(schemas.length).toBeGreaterThan(20);
    for (const schema of schemas) expect(() => compileSchema(openapi, schema)).not.toThrow();
  });

  test('every example fits its schema, and every tool has one of its call and of its answer', () => {
    let seen = 0;
    for (const [path, operation] of operationsOf(openapi)) {
      const media = [
        ...Object.values(at(operation, 'requestBody', 'content')),
        ...Object.values(at(operation, 'responses')).flatMap((response) => Object.values(at(response, 'content'))),
      ] as JsonObject[];
      if (path.startsWith('/v1/')) {
        expect({ path, example: keys(media[0]).includes('example') }).toEqual({ path, example: true });
        expect({ path, example: keys(media[1]).includes('example') }).toEqual({ path, example: true });
      }
      for (const { schema = {}, example, examples = {} } of media) {
        const values = [
          example,
          ...Object.values(examples as JsonObject).map((each) => follow(openapi, each)['value']),
        ];
        for (const value of values.filter((each) => each !== undefined)) {
          expect({ path, faults: compileSchema(openapi, schema)(value) }).toEqual({ path, faults: [] });
          seen += 1;
        }
      }
    }
    expect(seen).toBeGreaterThan(50);
  });

  test('every code that can occur is described, and the closed list of them stands in the problem schema', () => {
    const documented = new Set([...everywhere('examples', at(openapi, 'paths'))].flatMap((each) => keys(each)));
    // No operation asks for a task of its own accord.
    expect([...documented].toSorted()).toEqual(
      keys(CODES)
        .filter((code) => code !== 'task_required')
        .toSorted(),
    );
    expect(at(openapi, 'components', 'schemas', 'problem', 'properties', 'code')['enum']).toEqual(keys(CODES));
  });

  test('the security of a call is its own scope and its signature, and both schemes are described', () => {
    const schemes = at(openapi, 'components', 'securitySchemes');
    expect(at(schemes, 'grant', 'flows', 'clientCredentials')['tokenUrl']).toBe(
      `${lab.backend.backendUrl}/oauth/token`,
    );
    for (const [path, operation] of operationsOf(openapi)) {
      const scope = at(operation, 'x-contract')['scope'];
      const expected = scope === undefined ? { grant: [] } : { grant: [scope] };
      const security = path === '/oauth/token' ? [] : [{ ...expected, requestSignature: [] }];
      expect({ path, security: operation['security'] }).toEqual({ path, security });
      if (scope !== undefined)
        expect(keys(at(schemes, 'grant', 'flows', 'clientCredentials', 'scopes'))).toContain(scope);
    }
  });

  test('the headers of a call are those that the signature covers, in the form that a client sends', async () => {
    const covered = OPERATION_PROFILE.components.filter((name) => !name.startsWith('@'));
    const expected = [...covered, 'signature-input', 'signature'].filter(
      // The media type has its own place in OpenAPI, and the grant is a security scheme.
      (name) => name !== 'content-type' && name !== 'authorization',
    );
    const request = await lab.wire.operation('/v1/blog/list_drafts', { drafts: [] });
    const sent = new Map(request.headers);
    for (const [path, { parameters }] of operationsOf(openapi).filter(([name]) => name.startsWith('/v1/'))) {
      const described = ((parameters ?? []) as JsonObject[]).map((each) => follow(openapi, each));
      expect({ path, names: described.map(({ name }) => String(name)).toSorted() }).toEqual({
        path,
        names: expected.toSorted(),
      });
      for (const { name, schema = {}, example = '' } of described) {
        const validate = compileSchema(openapi, schema);
        expect({ name, faults: [...validate(example), ...validate(sent.get(String(name)) ?? '')] }).toEqual({
          name,
          faults: [],
        });
      }
    }
  });
});
