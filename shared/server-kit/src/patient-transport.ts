import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

/**
 * The SDK's transport closes as soon as its input ends or its output fails, and drops what is in flight with it. This one
 * only says so until it is released.
 */
export class PatientTransport extends StdioServerTransport {
  readonly #wantsToClose: () => void;
  #released = false;

  constructor(wantsToClose: () => void) {
    super();
    this.#wantsToClose = wantsToClose;
  }

  release(): void {
    this.#released = true;
  }

  override async close(): Promise<void> {
    if (this.#released) await super.close();
    else this.#wantsToClose();
  }
}
