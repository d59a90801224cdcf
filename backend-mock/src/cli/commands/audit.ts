import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addErase } from './audit/erase.ts';
import { addExport } from './audit/export.ts';
import { addList } from './audit/list.ts';
import { addProve } from './audit/prove.ts';
import { addQuery } from './audit/query.ts';
import { addReport } from './audit/report.ts';
import { addVerify } from './audit/verify.ts';

/** `deputies audit …`: what happened, and what was refused. */
export function addAudit(program: Command, open: (command: Command) => Session): void {
  const audit = program.command('audit').description('the audit log');
  addList(audit, open);
  addQuery(audit, open);
  addErase(audit, open);
  addExport(audit, open);
  addVerify(audit, open);
  addReport(audit, open);
  addProve(audit, open);
}
