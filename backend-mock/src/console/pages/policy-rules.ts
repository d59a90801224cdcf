import type { PolicyRead } from '@narrow-deputies/policy';
import { html, type Html } from '../html.ts';
import { isolated } from './plan/texts.ts';
import {
  boundWords,
  conditionLines,
  limitEffect,
  ruleEffect,
  type Line,
  type LimitSource,
  type RuleSource,
} from './policy-words.ts';

const conditions = (lines: readonly Line[]): Html =>
  html`<p class="facts">
    ${lines.length === 0 && html`<span>whatever it is</span>`}
    ${lines.map(([label, words]) => html`<span>${isolated(label)}: <b>${isolated(words)}</b></span> `)}
  </p>`;

const why = (text: string | undefined): Html | false => text !== undefined && html`<p>${isolated(text)}</p>`;

const ruleCard = (rule: RuleSource): Html =>
  html`<li class="card rule ${rule.effect}">
    <p class="what"><span class="outcome">${ruleEffect(rule)}</span> ${isolated(rule.id)}</p>
    ${why(rule.why)} ${conditions(conditionLines(rule.when))}
  </li>`;

const limitCard = (limit: LimitSource): Html =>
  html`<li class="card rule ${limit.exceeded}">
    <p class="what"><span class="outcome">beyond: ${limitEffect(limit)}</span> ${isolated(limit.id)}</p>
    <p>${boundWords(limit)}</p>
    ${why(limit.why)} ${conditions(conditionLines(limit.when))}
  </li>`;

/** What a policy says, in the order of its file, each with who approves, why, and when. */
export const rulesAndLimits = ({ source: { rules, limits = [] } }: PolicyRead): Html =>
  html`<section aria-labelledby="rules">
      <h2 id="rules">Rules (${rules.length})</h2>
      <p class="hint">The strictest of those that hold wins: deny, ask, allow. What no rule is about is denied.</p>
      <ul class="cards">
        ${rules.map(ruleCard)}
      </ul>
    </section>
    <section aria-labelledby="limits">
      <h2 id="limits">Limits (${limits.length})</h2>
      ${limits.length === 0 ? html`<p class="empty">There is none.</p>` : html`<p class="hint">A limit only takes away from what rules opened.</p>`}
      <ul class="cards">
        ${limits.map(limitCard)}
      </ul>
    </section>`;
