import { namingHome } from './deputies-command.ts';

/** What one backend process was started with; the injection token of its own type. */
export class Settings {
  /** `development`, `staging`, `production`. */
  readonly environment: string;
  /** Days after which payloads of audit entries are erased; null = they are kept. */
  readonly payloadDays: number | null;
  /** The home that commands have to be given; undefined where they find it by themselves. */
  readonly namedHome: string | undefined;
  #origins: { readonly backendUrl: string; readonly consoleUrl: string } | undefined;

  constructor(
    environment: string,
    {
      payloadDays = null,
      namedHome,
    }: { readonly payloadDays?: number | null | undefined; readonly namedHome?: string | undefined } = {},
  ) {
    this.environment = environment;
    this.payloadDays = payloadDays;
    this.namedHome = namedHome;
  }

  /** A text for people on this machine, with the home in each command that it names. */
  hint(text: string): string {
    return namingHome(text, this.namedHome);
  }

  /** Whether a person may prove themselves with a key file, which lies on the machine that the agents run on. */
  get acceptsKeyFiles(): boolean {
    return this.environment === 'development';
  }

  /** Whether a plan's address shows what the plan says to whoever opens it, and not to people who are signed in alone. */
  get showsPlansToAnybody(): boolean {
    return this.environment === 'development';
  }

  /** Whether a changed policy file is active without a signature. */
  get activatesFiles(): boolean {
    return this.environment === 'development';
  }

  /** Fixes the public origins, once, when the ports are known. Both without a trailing slash. */
  publish(origins: { backendUrl: string; consoleUrl: string }): void {
    if (this.#origins) throw new Error('The public origins are fixed already.');
    this.#origins = origins;
  }

  /** The public origin of the agents' API. Signatures cover it; it never comes from `Host`. */
  get backendUrl(): string {
    return this.#published().backendUrl;
  }

  /** The origin of what people see. */
  get consoleUrl(): string {
    return this.#published().consoleUrl;
  }

  /** WebAuthn's relying party id: the console's host. */
  get relyingParty(): string {
    return new URL(this.consoleUrl).hostname;
  }

  /** The issuer of grants (RFC 8414). */
  get issuer(): string {
    return `${this.backendUrl}/${this.environment}`;
  }

  #published(): { backendUrl: string; consoleUrl: string } {
    if (!this.#origins) throw new Error('The public origins are not known yet.');
    return this.#origins;
  }
}
