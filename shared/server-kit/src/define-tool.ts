import type { Kind } from '@narrow-deputies/contracts';
import type * as z from 'zod';
import type { Call } from './call.ts';
import { withoutLeftOut } from './left-out.ts';

/** MCP's four safety hints; none has a default here. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

interface ToolText {
  /** `^[a-z][a-z0-9_]{0,63}$`, verb first. */
  readonly name: string;
  readonly title: string;
  /** Written for the model: ASCII, short, and says what the tool does not do. */
  readonly description: string;
  readonly kind: Kind;
  readonly annotations: ToolAnnotations;
}

/** What the author of a tool writes. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodType> extends ToolText {
  /** A strict object: `z.object` would drop unknown properties silently. */
  readonly input: Input;
  /** A commit names its receipt here; the pending answer is admitted by itself. */
  readonly output: Output;
  /** Throws a `Refusal` to refuse; anything else that it throws stays inside. */
  readonly handler: (args: z.output<Input>, call: Call) => Promise<z.input<Output>>;
}

/** A tool whose argument types no longer show, so that tools of different shapes fit into one list. */
export interface Tool extends ToolText {
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** Parses strictly, then runs the handler. */
  readonly invoke: (args: unknown, call: Call) => ToolRun;
}

/** Arguments that did not parse, or a handler that runs. */
export type ToolRun =
  | { readonly parsed: false; readonly issues: readonly z.core.$ZodIssue[] }
  | { readonly parsed: true; readonly output: Promise<unknown> };

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const PRINTABLE_ASCII = /^[\x20-\x7e\n]+$/;

/**
 * Declares one tool.
 *
 * @throws TypeError where the name, the text, the schema or the hints would mislead a host.
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, description, kind, annotations, input, output, handler } = definition;
  if (!NAME.test(name)) throw new TypeError(`Not a tool name: ${JSON.stringify(name)}`);
  if (!PRINTABLE_ASCII.test(title) || !PRINTABLE_ASCII.test(description)) {
    throw new TypeError(`${name}: title and description are printable ASCII`);
  }
  if (input.def.catchall?._zod.def.type !== 'never')
    throw new TypeError(`${name}: the input has to be a z.strictObject`);
  if (annotations.readOnlyHint !== (kind === 'read') || annotations.destructiveHint !== (kind === 'commit')) {
    throw new TypeError(`${name}: the hints contradict the kind ${kind}`);
  }
  const invoke = (args: unknown, call: Call): ToolRun => {
    const parsed = input.safeParse(withoutLeftOut(input, args));
    if (!parsed.success) return { parsed: false, issues: parsed.error.issues };
    return { parsed: true, output: handler(parsed.data, call) };
  };
  return { name, title, description, kind, annotations, input, output, invoke };
}
