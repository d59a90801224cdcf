import type { JsonObject } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { Refusal } from '../../common/refusal.ts';
import { endSessionsOf } from '../../console/session/sessions-repository.ts';
import { defineAction } from '../action.ts';
import { findPerson, PERSON_ROLES } from '../people-repository.ts';

/** Ends every session of the console that a person has: one's own for everybody, others' for administrators. */
export const endSessions = defineAction({
  name: 'end_sessions',
  roles: PERSON_ROLES,
  arguments: z.strictObject({ personId: z.string().max(64).optional() }),
  async run(args, { tx, now, person }) {
    const whose = args.personId ?? person.id;
    if (whose !== person.id && !person.roles.includes('administrator')) {
      throw new Refusal('insufficient_scope', {
        detail: "Somebody else's sessions take an administrator.",
        conditions: ['other_role'],
      });
    }
    if (!(await findPerson(tx, whose))) throw new Refusal('not_found', { detail: 'There is no such person.' });
    const body: JsonObject = { personId: whose, endedSessions: await endSessionsOf(tx, whose, now) };
    return { body, entry: { details: body } };
  },
});
