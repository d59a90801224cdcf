import type { PeopleAction } from '../action.ts';
import { erasePayloadsAction, followAudit, listAudit, queryAudit } from './audit.ts';
import { approve, approveAndApply, reject } from './decide.ts';
import { fetchExport, listExports } from './exports.ts';
import { changeRoles, invite, listEnrolled, removeEnrolled, revokeCredential, revokeInvitation } from './people.ts';
import { proveEntry, readLogEntries } from './log.ts';
import { listPlans, showPlan } from './plans.ts';
import { activatePolicyAction, showPolicy } from './policy.ts';
import { endSessions } from './sessions.ts';
import { listStops, resume, suspend } from './suspensions.ts';
import { grantTask, listTasks, revokeTask } from './tasks.ts';
import { listTokens, mintToken, revokeToken } from './tokens.ts';

/** Everything that people can do with a signed request; what is not listed does not exist. */
export const PEOPLE_ACTIONS: readonly PeopleAction[] = [
  listPlans,
  showPlan,
  approve,
  approveAndApply,
  reject,
  listTokens,
  mintToken,
  revokeToken,
  listEnrolled,
  invite,
  revokeInvitation,
  changeRoles,
  removeEnrolled,
  revokeCredential,
  endSessions,
  suspend,
  resume,
  listStops,
  grantTask,
  revokeTask,
  listTasks,
  listExports,
  fetchExport,
  activatePolicyAction,
  showPolicy,
  listAudit,
  queryAudit,
  followAudit,
  erasePayloadsAction,
  readLogEntries,
  proveEntry,
];
