import type { Contract, JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { code, GENERATED, page, table } from './docs-markdown.ts';

/** What the OpenAPI document says of a contract, beside its shapes. */
export type ContractFacts = Omit<Contract, 'arguments' | 'output'>;

export interface ToolFacts {
  readonly contract: ContractFacts;
  /** JSON Schema of the arguments on the wire. */
  readonly wireArguments: JsonObject;
  readonly server: string;
  /** As a host sees it. */
  readonly title: string;
  readonly description: string;
  readonly input: JsonObject;
  readonly hints: Readonly<Record<string, unknown>>;
}

const INTRODUCTION = `What agents can do, all of it. Each tool of a server is one operation of the backend with the same name. The table and the sections
come from the contracts that the backend holds calls to, and from the list that each server shows to hosts. The shapes of answers are in
the backend's OpenAPI document, \`GET /openapi.json\`.`;

const APPROVAL: Readonly<Record<Contract['approval'], string>> = {
  none: 'nobody',
  owner: 'the person that the agent acts for',
  reviewer: 'somebody else with the role `reviewer`',
  two_reviewers: 'two others with the role `reviewer`',
};

const range = (least: JsonValue | undefined, most: JsonValue | undefined, unit: string): string[] => {
  if (least === undefined && most === undefined) return [];
  if (least === undefined) return [`${String(most)} ${unit} at most`];
  return [most === undefined ? `${String(least)} ${unit} at least` : `${String(least)} to ${String(most)} ${unit}`];
};

function bounds(schema: JsonObject): string {
  const said = [
    ...range(schema['minLength'], schema['maxLength'], 'characters'),
    ...range(schema['minItems'], schema['maxItems'], 'items'),
  ];
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

/** One line for each argument. */
function argumentRows(schema: JsonObject): string[][] {
  const required = (schema['required'] ?? []) as string[];
  return Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>).map(([name, argument]) => [
    code(name),
    `${String(argument['format'] === 'uuid' ? 'UUID' : argument['type'])}${bounds(argument)}`,
    required.includes(name) ? 'yes' : 'no',
    typeof argument['description'] === 'string' ? argument['description'] : '',
  ]);
}

function argumentsTable(schema: JsonObject): string {
  const rows = argumentRows(schema);
  return rows.length === 0 ? 'It takes no arguments.' : table(['argument', 'type', 'required', 'meaning'], rows);
}

const names = (schema: JsonObject): string[] => Object.keys((schema['properties'] ?? {}) as JsonObject);

function section({ contract, wireArguments, server, title, description, input, hints }: ToolFacts): string {
  const { bodyBytes, depth, perMinute, burst } = contract.limits;
  const onTheWire = names(wireArguments).map(code).join(', ');
  const rows = [
    ['server', code(server)],
    ['kind', code(contract.kind)],
    ['scope', code(contract.scope)],
    ['roles that may hold it', contract.roles.map(code).join(', ')],
    ['action, resource type', `${code(contract.action)}, ${code(contract.resourceType)}`],
    ['operation', `${code(`POST /v1/${contract.context}/${contract.name}`)} with ${onTheWire}`],
    ['side effects', contract.sideEffects.length === 0 ? 'none' : contract.sideEffects.join(' ')],
    ['worst outcome', contract.worstOutcome],
    ['ships', contract.ships ? 'yes: text that a model or client brought reaches the public or a customer' : 'no'],
    ['approval by', APPROVAL[contract.approval]],
    ['limits', `${bodyBytes} bytes, depth ${depth}, ${perMinute} calls a minute, ${burst} at once`],
    [
      'kept beside the audit entry',
      Object.entries(contract.redaction)
        .map(([name, how]) => `${code(name)}: ${how}`)
        .join(', '),
    ],
    [
      'hints for hosts',
      Object.entries(hints)
        .filter(([key, value]) => key.endsWith('Hint') && value === true)
        .map(([key]) => code(key))
        .join(', ') || 'none is true',
    ],
  ];
  return page(
    `## ${contract.name}`,
    `**${title}.** What a host shows to the model:`,
    `> ${description}`,
    argumentsTable(input),
    table(['contract', ''], rows),
  ).trimEnd();
}

/** `docs/reference/tools.md`. */
export function toolsPage(tools: readonly ToolFacts[]): string {
  const rows = tools.map(({ contract, server }) => [
    `[${code(contract.name)}](#${contract.name})`,
    code(server),
    contract.kind,
    contract.approval === 'none' ? '-' : contract.approval.replace('_', ' '),
    contract.worstOutcome,
  ]);
  return page(
    GENERATED,
    '# Tools',
    INTRODUCTION,
    table(['tool', 'server', 'kind', 'approval', 'worst outcome'], rows),
    `${code('keep')}, ${code('digest')} and ${code('drop')} say what is kept of an argument beside its audit entry; what is not named is dropped. ` +
      'A limit is per client and tool; a client and an owner have limits over all tools as well. ' +
      'The approval is the least that any policy asks for before a commit; "-" leaves it to policy.',
    ...tools.map(section),
  );
}
