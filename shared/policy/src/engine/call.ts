import type { JsonObject } from './json.ts';

/** One call, as policy sees it. Everything here is established by the backend, never by the caller alone. */
export interface PolicyCall {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly tool: string;
  readonly client: string;
  /** The role that the client plays. */
  readonly agent: string;
  /** Pseudonymous id of the person it acts for. */
  readonly owner: string;
  readonly ownerRoles: readonly string[];
  /** A label that the client chose: what is limited per run is limited per owner as well. */
  readonly run: string | null;
  /** Whether a task that a person approved covers this call. */
  readonly task: boolean;
  /** The readable arguments; in place of a text that the log does not keep stands `{"length": n}`. */
  readonly arguments: JsonObject;
  /** How many suspicious places were found in the texts that this call carries. */
  readonly contentFlags: number;
  /** Equal for calls with the same tool and the same arguments. */
  readonly sameness: string;
}

/** A call that was decided earlier, as history remembers it. */
export interface PolicyEvent extends Pick<
  PolicyCall,
  'time' | 'tool' | 'client' | 'agent' | 'owner' | 'run' | 'arguments' | 'sameness'
> {
  /** `served`: it had its effect, for the first time; `denied`: it was refused. What waits for a person is neither. */
  readonly outcome: 'served' | 'denied';
  /** How many denials it stands for; left out for one. */
  readonly count?: number;
  /** Records that its answer showed. */
  readonly records: number;
  /** Score that it had. */
  readonly risk: number;
  /** Whether its answer held text from outside. */
  readonly outside: boolean;
}
