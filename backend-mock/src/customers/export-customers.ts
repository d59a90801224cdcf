import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import {
  commitExportCustomersAnswer,
  commitExportCustomersArguments,
  EXPORT_ROWS_MAX,
  planExportCustomersAnswer,
  planExportCustomersArguments,
  type ExportPreview,
} from '@narrow-deputies/contracts/crm';
import { digestOfBytes } from '@narrow-deputies/signing';
import type * as z from 'zod';
import { Refusal } from '../common/refusal.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, Proposal, StoredProposal, WriteOperation } from '../operations/operation.ts';
import { currentVersions } from '../plans/resource-versions.ts';
import { exportCsv } from './export-csv.ts';
import { findExportable, readExported } from './exported-customers.ts';
import { EXPORT_LIFE_MS, insertExport } from './exports-repository.ts';

type Arguments = z.infer<typeof planExportCustomersArguments>;

export const planExportCustomersContract: Contract<'plan_export_customers'> = {
  name: 'plan_export_customers',
  kind: 'plan',
  context: 'crm',
  action: 'export',
  resourceType: 'customer',
  scope: 'crm:plan_export_customers',
  roles: ['export-agent'],
  arguments: planExportCustomersArguments,
  output: planExportCustomersAnswer,
  sideEffects: ['Stores a plan that names the customers and their versions.'],
  worstOutcome:
    'A person is asked for an export that nobody needs, and rejects it; the agent learns how many rows match.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 10, burst: 5 },
  redaction: { filter: 'keep', fields: 'keep' },
};

export const commitExportCustomersContract: Contract<'commit_export_customers'> = {
  name: 'commit_export_customers',
  kind: 'commit',
  context: 'crm',
  action: 'export',
  resourceType: 'customer',
  scope: 'crm:commit_export_customers',
  roles: ['export-agent'],
  arguments: commitExportCustomersArguments,
  output: commitExportCustomersAnswer,
  sideEffects: ['A file with the planned rows waits in the backend for a person, for a day.'],
  worstOutcome: 'A file that a person approved waits in the backend for a day; only a person can fetch it, once.',
  ships: false,
  approval: 'owner',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 10, burst: 5 },
  redaction: { planId: 'keep' },
};

/** Seals a list of customers for a person. The agent never sees a row. */
@Operation({ plan: planExportCustomersContract, commit: commitExportCustomersContract })
@Injectable()
export class ExportCustomers implements WriteOperation {
  async plan({ filter, fields }: Arguments, { tx }: OperationContext): Promise<Proposal> {
    const found = await findExportable(tx, filter);
    if (found.length === 0) {
      throw new Refusal('not_found', {
        detail: 'No customer matches this filter. Country and city are compared as a whole, without regard to case.',
      });
    }
    if (found.length > EXPORT_ROWS_MAX) {
      throw new Refusal('invalid_arguments', {
        detail: `One export holds at most ${EXPORT_ROWS_MAX} customers. Narrow the filter.`,
        errors: [{ pointer: '/filter', message: `A filter that at most ${EXPORT_ROWS_MAX} customers match.` }],
      });
    }
    const preview: ExportPreview = {
      action: 'export_customers',
      rowCount: found.length,
      fields: [...fields],
      filter,
      holdsContactData: fields.some((field) => field === 'email' || field === 'phone'),
      fetchedBy: 'a person, once, within a day',
    };
    return {
      arguments: { filter: { ...filter }, fields: [...fields] } as JsonObject,
      contents: [],
      resources: found.map(({ id, version }) => ({ type: 'customer', id, version, pinned: true })),
      preview: preview as unknown as JsonObject,
    };
  }

  async apply(proposal: StoredProposal, { tx, now, principal }: OperationContext): Promise<JsonObject> {
    const { fields } = planExportCustomersArguments.parse(proposal.arguments);
    const rows = await readExported(tx, idsOf(proposal));
    if (rows.length !== proposal.resources.length) throw new Error('A pinned customer is gone.');
    const content = exportCsv(rows, fields);
    const file = {
      id: randomUUID(),
      planId: proposal.planId,
      ...principal,
      rowCount: rows.length,
      digest: digestOfBytes(content),
      createdAt: now,
      expiresAt: now + EXPORT_LIFE_MS,
    };
    await insertExport(tx, file, content);
    return { exportId: file.id, rowCount: file.rowCount, digest: file.digest };
  }

  /** How many, never who. */
  async changes(proposal: StoredProposal, { tx }: OperationContext): Promise<readonly ProblemDetail[]> {
    const versions = await currentVersions(tx, proposal.resources);
    const states = proposal.resources.map(({ version }, at) => [version, versions[at] ?? 0] as const);
    const gone = states.filter(([, now]) => now === 0).length;
    const changed = states.filter(([then, now]) => now !== 0 && now !== then).length;
    return [{ pointer: '/customers', message: `${changed} changed, ${gone} gone, of ${states.length} planned` }];
  }
}

const idsOf = ({ resources }: StoredProposal): string[] =>
  resources.map(({ id }) => id).toSorted((a, b) => (a < b ? -1 : 1));
