import type { ServerProfile } from '../grants/server-profiles.ts';
import { foldName } from '../people/fold-name.ts';

/** A client id that is taken, as people see it. */
export interface KnownClient {
  readonly clientId: string;
  readonly agent: string;
  /** Name; null for somebody who is not known any more. */
  readonly owner: string | null;
}

/** The owner whose clients need not be called after them. */
const USUAL_OWNER = 'owner';
const BASE_MAX = 56;
const NUMBERS_MAX = 99;

/** A name in the letters of a client id; empty where nothing is left of it. */
const asSuffix = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

/**
 * A client id for one owner and agent: the server's name where it is free or theirs already, else that name with what
 * tells them apart (`crm-reader-export-agent`, `crm-reader-bob`), else with a number. Pure; the backend has the last word.
 */
export function clientIdFor(
  { server, agents }: ServerProfile,
  { agent, owner }: { readonly agent: string; readonly owner: string },
  taken: readonly KnownClient[],
): string {
  const isTheirs = (client: KnownClient): boolean =>
    client.agent === agent && client.owner !== null && foldName(client.owner) === foldName(owner);
  const fits = (id: string): boolean => taken.every((client) => client.clientId !== id || isTheirs(client));
  const suffixes = [agent === agents[0].agent ? '' : asSuffix(agent), owner === USUAL_OWNER ? '' : asSuffix(owner)];
  const base = [server, ...suffixes.filter((suffix) => suffix !== '')].join('-').slice(0, BASE_MAX).replace(/-+$/, '');
  const numbered = Array.from({ length: NUMBERS_MAX }, (_, at) => `${base}-${at + 2}`);
  return [server, base, ...numbered].find(fits) ?? base;
}
