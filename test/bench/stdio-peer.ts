import { spawn, type ChildProcess } from 'node:child_process';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';

/** Milliseconds for one answer; a measured program that needs longer has failed. */
const PATIENCE = 30_000;

/**
 * A host by hand, so that nothing but the measured server is measured: one message a line, and the line that answers is
 * read the moment it arrives.
 */
export class StdioPeer {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, { resolve: (result: JsonObject) => void; reject: (error: Error) => void }>();
  #lastId = 0;
  #rest = '';
  #stray = 0;
  #errors = '';

  constructor(entry: ServerEntry) {
    const env = { PATH: process.env['PATH'], ...entry.env };
    const child = spawn(entry.command, entry.args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    // What is written to a program that has ended fails with its end.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#fail(new Error(`The program ended with status ${code}:\n${this.#errors}`));
        resolve();
      });
    });
  }

  /** Lines on standard output that are not JSON-RPC. */
  get strayLines(): number {
    return this.#stray;
  }

  /** @throws Error when the program answers an error, ends or takes too long. */
  request(method: string, params: JsonObject): Promise<JsonObject> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer to ${method}:\n${this.#errors}`)), PATIENCE);
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        done();
      };
      this.#waiting.set(id, {
        resolve: (result) => settle(() => resolve(result)),
        reject: (error) => settle(() => reject(error)),
      });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** The handshake of 2025-11-25, which every host and server knows. */
  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench-host', version: '1.0.0' };
    await this.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  /** Ends the program as a host does, by closing its input, and by force if that does not help. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await this.#ended;
    clearTimeout(timer);
  }

  #send(message: JsonObject): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const message = parse(line);
    if (message?.['jsonrpc'] !== '2.0') {
      this.#stray += 1;
      return;
    }
    const waiting = this.#waiting.get(Number(message['id']));
    if (message['result'] === undefined) waiting?.reject(new Error(JSON.stringify(message['error'])));
    else waiting?.resolve(message['result'] as JsonObject);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}

function parse(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line) as JsonValue;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
