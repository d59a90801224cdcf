import { RECORDS_STYLE } from './style-records.ts';
import { BASE } from './style/base.ts';
import { CARDS } from './style/cards.ts';
import { CONTROLS } from './style/controls.ts';
import { PLAN } from './style/plan.ts';
import { POLICY } from './style/policy.ts';

/** The one stylesheet of the console's pages. */
export const STYLE: string = [BASE, CONTROLS, CARDS, PLAN, RECORDS_STYLE, POLICY].join('');
