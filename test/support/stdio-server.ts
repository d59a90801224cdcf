import { spawn, type ChildProcess } from 'node:child_process';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { watch, type Finished } from './processes.ts';

/** What one call of a tool gave. */
export interface CallResult {
  readonly isError: boolean;
  readonly data: JsonObject;
}

interface Message {
  readonly id?: number;
  readonly result?: JsonObject;
  readonly error?: JsonObject;
}

const HANDSHAKE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'plain-host', version: '1' } };

/**
 * A server as a host starts it, with its bare streams: what a protocol library would hide (stray output, standard error,
 * the way it ends) is seen here.
 */
export class StdioServer {
  readonly child: ChildProcess;
  readonly ended: Promise<Finished>;
  readonly #open = new Map<number, (message: Message) => void>();
  #rest = '';
  #id = 0;
  #greeted: Promise<Message> | undefined;

  constructor({ command, args, env }: ServerEntry) {
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.ended = watch(this.child).ended;
    this.child.stdout?.on('data', (text: string) => this.#take(text));
    // A process that is gone takes no input; its end says so.
    this.child.stdin?.on('error', () => undefined);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = parse(line);
      if (message?.id !== undefined) this.#open.get(message.id)?.(message);
    }
  }

  send(message: JsonObject): void {
    this.child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** @throws Error when the process ends without an answer. */
  async request(method: string, params: JsonObject): Promise<Message> {
    const id = (this.#id += 1);
    const answered = new Promise<Message>((resolve) => this.#open.set(id, resolve));
    this.send({ id, method, params });
    const over = this.ended.then(({ stderr }) => Promise.reject(new Error(`The server ended: ${stderr}`)));
    return Promise.race([answered, over]);
  }

  /** The first exchange of a connection; made once. */
  greet(): Promise<Message> {
    return (this.#greeted ??= this.request('initialize', HANDSHAKE).then((answer) => {
      this.send({ method: 'notifications/initialized' });
      return answer;
    }));
  }

  async toolNames(): Promise<string[]> {
    await this.greet();
    const { result } = await this.request('tools/list', {});
    const tools = (result?.['tools'] ?? []) as { name: string }[];
    return tools.map(({ name }) => name);
  }

  async call(name: string, args: JsonObject): Promise<CallResult> {
    await this.greet();
    const { result, error } = await this.request('tools/call', { name, arguments: args });
    if (!result) throw new Error(`No result: ${JSON.stringify(error)}`);
    return { isError: result['isError'] === true, data: result['structuredContent'] as JsonObject };
  }

  /** Ends the server as a host does: its input ends. */
  end(): Promise<Finished> {
    this.child.stdin?.end();
    return this.ended;
  }
}

function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
