import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatToken } from '@narrow-deputies/signing';
import { connect, type ConnectOptions } from '../../src/cli/commands/connect.ts';
import type { ConnectReport } from '../../src/cli/connect/report.ts';
import { Session } from '../../src/cli/session.ts';
import { writeReady, type ServerEntry } from '../../src/start/ready-file.ts';

export const token = (client: string): string =>
  formatToken({ environment: 'development', clientId: client, seed: new Uint8Array(32).fill(5) });

/** A configuration with somebody else's server, in a manner of its own. */
export const OTHERS =
  '{\n    "theme": "dark",\n    "mcpServers": {\n        "files": { "command": "npx", "args": ["-y", "files"] }\n    }\n}\n';

/** A home whose ready file names two servers, and a place for a host's configuration, in a folder of their own. */
export class Place {
  readonly folder: string;
  readonly home: string;
  readonly config: string;
  servers: Record<string, ServerEntry> = {};

  private constructor(folder: string) {
    this.folder = folder;
    this.home = join(folder, 'home');
    this.config = join(folder, 'claude', 'claude_desktop_config.json');
  }

  static async make(): Promise<Place> {
    const place = new Place(await realpath(await mkdtemp(join(tmpdir(), 'deputies-connect-'))));
    await mkdir(place.home);
    await mkdir(dirname(place.config));
    await place.serve({ 'blog-publisher': place.entry('blog-publisher'), 'crm-reader': place.entry('crm-reader') });
    return place;
  }

  /** @param reads further folders that its flags let it read. */
  entry(server: string, reads: readonly string[] = []): ServerEntry {
    const dist = join(this.folder, 'workspace', 'servers', server, 'dist');
    const flags = [dist, ...reads].map((each) => `--allow-fs-read=${each}`);
    return {
      command: '/opt/node/bin/node',
      args: ['--permission', ...flags, join(dist, 'main.js')],
      env: { DEPUTY_TOKEN: token(server), DEPUTY_BACKEND_URL: 'http://127.0.0.1:4180' },
    };
  }

  /** Writes the ready file, with these servers from now on. */
  async serve(servers: Record<string, ServerEntry>): Promise<void> {
    this.servers = servers;
    const [backendUrl, consoleUrl] = ['http://127.0.0.1:4180', 'http://localhost:4181'];
    const ready = { environment: 'development', backendUrl, consoleUrl, pid: process.pid, servers };
    await writeReady(join(this.home, 'ready.json'), ready);
  }

  stop = (): Promise<void> => rm(join(this.home, 'ready.json'));

  connect(options: ConnectOptions = {}): Promise<ConnectReport> {
    return connect(new Session({ home: this.home }, { HOME: this.folder }), { config: this.config, ...options });
  }

  write(content: string | Buffer, mode = 0o600): Promise<void> {
    return writeFile(this.config, content, { mode });
  }

  text = (): Promise<string> => readFile(this.config, 'utf8');

  /** What lies where the configuration lies. */
  names = async (): Promise<string[]> => (await readdir(dirname(this.config))).toSorted();

  dispose = (): Promise<void> => rm(this.folder, { recursive: true, force: true });
}

export const changes = ({ result }: ConnectReport): string[] =>
  result.servers.map(({ name, change }) => `${name} ${change}`);
