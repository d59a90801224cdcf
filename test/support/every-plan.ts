import type { JsonObject } from '@narrow-deputies/contracts';
import { planExport } from './customers.ts';
import { draft, type Lab } from './lab.ts';
import { approved, commit, customerWrites, plan, refundOf, seedTickets, TICKET } from './tickets.ts';
import type { WireReply } from './wire-client.ts';

/** Ids of plans, by what is to be seen of them. */
export type ShownPlans = Readonly<
  Record<'publish' | 'refund' | 'export' | 'create' | 'update' | 'reply' | 'released' | 'committed', string>
>;

const idOf = ({ json, text }: WireReply): string => {
  if (typeof json['planId'] !== 'string') throw new Error(`No plan: ${text}`);
  return json['planId'];
};

/** What the article to publish shows from elsewhere. */
export const PICTURE = 'https://example.com/cup.png';

const ARTICLE = `What changes this summer, in three steps.

## First

Some **strong** words, a [link](https://example.com/more), and a list:

- cups
- saucers

![A picture from elsewhere](${PICTURE})

| kind | price |
| --- | ---: |
| cup | 4.50 |
`;

/** One plan of each kind, as people meet them: open ones, one that may be committed, one that was. */
export async function showPlansOfEveryKind(lab: Lab): Promise<ShownPlans> {
  await seedTickets(lab);
  const reply: JsonObject = {
    ticketId: TICKET,
    text: 'Dear Anna,\n\nwe are sorry about the broken cups. New ones left us this morning.\n\nKind regards',
  };
  const committed = await approved(lab, 'refund', refundOf(100));
  await commit(lab, 'refund', committed);
  await customerWrites(lab, TICKET, 'Thank you!');
  const exported = await planExport(lab, { orderedSince: '1990-01-01' }, ['companyName', 'email', 'phone']);
  const published = await lab.wire.call('/v1/blog/plan_publish_draft', {
    filename: 'summer.md',
    content: draft('"A summer of cups"', ARTICLE),
  });
  return {
    committed,
    released: await approved(lab, 'update_ticket', { ticketId: TICKET, note: 'Called back.' }),
    publish: idOf(published),
    refund: idOf(await plan(lab, 'refund', refundOf(250))),
    export: idOf(exported),
    create: idOf(
      await plan(lab, 'create_ticket', {
        customerId: 'ANNA',
        subject: 'Cups for the summer',
        text: 'Wants forty cups by June.',
        priority: 'normal',
      }),
    ),
    update: idOf(
      await plan(lab, 'update_ticket', {
        ticketId: TICKET,
        status: 'pending',
        priority: 'high',
        note: 'Waits for stock.',
      }),
    ),
    reply: idOf(await plan(lab, 'reply_to_customer', reply)),
  };
}
