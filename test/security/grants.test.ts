import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT, generateKeyPair } from 'jose';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { expectRefused, LIST, NOTHING, now, PLAN } from '../support/refused.ts';
import { send } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const details = (identifier: string): string =>
  JSON.stringify([{ type: 'article', identifier, actions: ['plan_publish_draft'] }]);

describe('grants', () => {
  test('a grant signed by anybody else is unauthenticated [wire.unauthenticated]', async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    const grant = await new SignJWT({
      scope: 'blog:list_drafts',
      client_id: 'blog-publisher',
      cnf: { jkt: lab.wire.keyid },
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'x'.repeat(43) })
      .setIssuer(lab.wire.issuer)
      .setAudience(lab.wire.issuer)
      .setExpirationTime('5m')
      .sign(privateKey);
    await expectRefused(await lab.wire.operation(LIST, NOTHING, { grant }), 401, 'unauthenticated');
  });

  test.each(['iss', 'aud'])(
    'a grant whose %s is another issuer is wrong_environment, before its signature counts [grant.environment]',
    async (claim) => {
      const { privateKey } = await generateKeyPair('EdDSA');
      const other = `${lab.wire.backendUrl}/production`;
      const grant = await new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'x'.repeat(43) })
        .setIssuer(claim === 'iss' ? other : lab.wire.issuer)
        .setAudience(claim === 'aud' ? other : lab.wire.issuer)
        .sign(privateKey);
      await expectRefused(await lab.wire.operation(LIST, NOTHING, { grant }), 401, 'wrong_environment');
    },
  );

  test('a narrower grant does not reach the rest of its token [grant.scope, law.narrowing]', async () => {
    const grant = await lab.wire.grant({ scope: 'blog:list_drafts' });
    expect((await send(await lab.wire.operation(LIST, NOTHING, { grant }))).status).toBe(200);
    const plan = await lab.wire.operation(PLAN, { filename: 'a.md', content: draft('A') }, { grant });
    await expectRefused(plan, 403, 'insufficient_scope');
  });

  test('a grant narrowed to a task reaches only its tools and resource [grant.task]', async () => {
    const args = { filename: 'task-draft.md', content: draft('Task') };
    const fits = await lab.wire.grant({ authorization_details: details('task-draft') });
    const other = await lab.wire.grant({ authorization_details: details('other') });
    await expectRefused(await lab.wire.operation(LIST, NOTHING, { grant: fits }), 403, 'task_mismatch');
    await expectRefused(await lab.wire.operation(PLAN, args, { grant: other }), 403, 'task_mismatch');
    expect((await send(await lab.wire.operation(PLAN, args, { grant: fits }))).status).toBe(200);
  });

  test.each([
    ['a wider scope', { scope: 'blog:list_drafts crm:search_customers' }, 400, 'invalid_scope'],
    [
      'an unknown detail type',
      { authorization_details: '[{"type":"planet","identifier":"1","actions":["list_drafts"]}]' },
      400,
      'invalid_authorization_details',
    ],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no assertion', { client_assertion: '' }, 401, 'invalid_client'],
    ['a run id that is none', { run_id: 'run' }, 400, 'invalid_request'],
  ])('the token endpoint refuses %s [grant.errors]', async (_what, fields, status, error) => {
    const reply = await send(lab.wire.tokenRequest(fields));
    expect(reply.status).toBe(status);
    expect(reply.json).toMatchObject({ error, code: expect.any(String), auditId: expect.any(String) });
  });

  test.each([
    ['a scope that no entry would hold', { scope: 'A'.repeat(66_000) }, 413],
    ['scopes that add up to that', { scope: Array.from({ length: 31 }, () => 'b'.repeat(2_100)).join(' ') }, 413],
    ['a scope above two KiB', { scope: 'c'.repeat(2_049) }, 400],
    ['too many scopes', { scope: Array.from({ length: 33 }, (_, at) => `s${at}`).join(' ') }, 400],
    ['a scope of strange characters', { scope: 'blog:\u0000' }, 400],
    ['a record that cannot be written down', { authorization_details: details('\ud800') }, 400],
  ])('the token endpoint refuses %s at the door, and counts it [audit.always]', async (_what, fields, status) => {
    const reply = await send(lab.wire.tokenRequest(fields));
    expect(reply).toMatchObject({ status, json: { code: expect.any(String), auditId: expect.any(String) } });
  });

  test('a wide scope of an identified client leaves its entry and uses its limit [audit.always]', async () => {
    const scope = Array.from({ length: 32 }, (_, at) => `${'d'.repeat(60)}${at}`).join(' ');
    const request = lab.wire.tokenRequest({ scope });
    const reply = await send(request);
    expect(reply).toMatchObject({ status: 400, json: { error: 'invalid_scope' } });
    const entry = (await lab.entries()).at(-1);
    expect(entry).toMatchObject({ auditId: reply.json['auditId'], tool: 'oauth.token', outcome: 'refused' });
    expect(entry).toMatchObject({ details: { scopes: scope.split(' ') } });
    expect((await send(request)).json).toMatchObject({ code: 'replayed' });
  });

  test('an assertion works once [grant.assertion]', async () => {
    const request = lab.wire.tokenRequest();
    expect((await send(request)).status).toBe(200);
    expect((await send(request)).json).toMatchObject({ error: 'invalid_client', code: 'replayed' });
  });

  test('an assertion for another issuer is wrong_environment [grant.environment]', async () => {
    const client_assertion = lab.wire.assertion(now(), `${lab.wire.backendUrl}/production`);
    expect((await send(lab.wire.tokenRequest({ client_assertion }))).json['code']).toBe('wrong_environment');
  });

  test('a repeated field is invalid_request [grant.errors]', async () => {
    const request = lab.wire.tokenRequest();
    request.body = Buffer.concat([request.body, Buffer.from('&grant_type=client_credentials')]);
    expect((await send(request)).json['error']).toBe('invalid_request');
  });
});
