import type { Logger } from '../../src/common/logger.ts';

export interface LoggedMessage {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** A log that can be read. */
export class RecordingLogger implements Logger {
  readonly messages: LoggedMessage[] = [];

  info(fields: object, message: string): void {
    this.messages.push({ level: 'info', fields, message });
  }

  warn(fields: object, message: string): void {
    this.messages.push({ level: 'warn', fields, message });
  }

  error(fields: object, message: string): void {
    this.messages.push({ level: 'error', fields, message });
  }
}
