import { parseToken, type ApiToken, type TokenFault } from '@narrow-deputies/signing';
import { fail, ok, type Finding } from './finding.ts';

const AGAIN = 'Copy it again, whole, from ready.json, or make another with "npm run deputies -- token mint <server>".';

const FAULTS: Readonly<Record<TokenFault, readonly [found: string, advice: string]>> = {
  encrypted: ['is still encrypted: the host passed it on as it keeps it', 'Enter the token again in the host.'],
  shape: ['is no API token (deputy_<environment>_<client>_<72 hex digits>)', AGAIN],
  crc: ['has a typing error or was cut off: its checksum does not match', AGAIN],
};

/** @param environment what the ready file says; undefined where nothing does. */
export function checkToken(
  server: string,
  text: string | undefined,
  environment: string | undefined,
): { finding: Finding; token: ApiToken | undefined } {
  const name = `${server}: token`;
  const refuse = (found: string, advice: string): { finding: Finding; token: undefined } => ({
    finding: fail(name, `DEPUTY_TOKEN ${found}`, advice.replace('<server>', server)),
    token: undefined,
  });
  if (text === undefined || text === '') return refuse('is not set', AGAIN);
  const parsed = parseToken(text);
  if (!parsed.ok) return refuse(...FAULTS[parsed.fault]);
  const { token } = parsed;
  if (token.clientId !== server && !token.clientId.startsWith(`${server}-`)) {
    return refuse(`belongs to ${token.clientId}, not to ${server}`, 'Give each server its own token.');
  }
  if (environment !== undefined && token.environment !== environment) {
    return refuse(
      `belongs to the environment ${token.environment}, but the backend to ${environment}`,
      'Use a token of the environment that the backend serves.',
    );
  }
  return { finding: ok(name, `well-formed, of client ${token.clientId} in ${token.environment}`), token };
}
