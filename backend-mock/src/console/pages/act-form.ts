import type { JsonObject } from '@narrow-deputies/contracts';
import { html, type Html } from '../html.ts';

export interface ActForm {
  /** Name of the act. */
  readonly act: string;
  /** What is fixed; fields add the rest. */
  readonly args: JsonObject;
  /** Says all that the button does: it is the last thing that is read before the passkey is asked. */
  readonly button: string;
  /** What the act does, where the button cannot say it all. */
  readonly says?: string;
  readonly danger?: boolean;
  readonly fields?: Html;
  /** What the browser makes first, because its secret half does not leave it; what it made is shown once. */
  readonly prepare?: 'invite' | 'mint';
  /** Where a browser goes afterwards; without it, to the same page as it is then. */
  readonly next?: string;
  /** Under which name the browser keeps the file that the act hands out. */
  readonly download?: string;
}

/** A form that asks for one act, which a passkey then confirms. Sending it without scripts does nothing. */
export const actForm = ({ act, args, button, says, danger, fields, prepare, next, download }: ActForm): Html =>
  html`<form
    class="act"
    method="post"
    data-act="${act}"
    data-arguments="${JSON.stringify(args)}"
    ${prepare && html`data-prepare="${prepare}"`}
    ${next !== undefined && html`data-next="${next}"`}
    ${download !== undefined && html`data-download="${download}"`}
  >
    ${says !== undefined && html`<p class="hint">${says}</p>`} ${fields}
    <p class="buttons"><button type="submit" ${danger && html`class="danger"`}>${button}</button></p>
    <p role="alert"></p>
    ${(prepare ?? download) !== undefined && html`<output tabindex="-1" hidden></output>`}
  </form>`;

/** One box per choice; what is ticked is sent as a list. */
export const boxes = (
  name: string,
  legend: string,
  choices: readonly { readonly value: string; readonly label: string; readonly ticked: boolean }[],
): Html =>
  html`<fieldset>
    <legend>${legend}</legend>
    ${choices.map(
      ({ value, label, ticked }) =>
        html`<label class="box"
          ><input type="checkbox" name="${name}" value="${value}" ${ticked && html`checked`} /> ${label}</label
        >`,
    )}
  </fieldset>`;

/** Why somebody does it; kept in the log. */
export const reasonField = (label: string, required: boolean): Html =>
  html`<label
    >${label} <input name="reason" maxlength="500" autocomplete="off" ${required && html`required`}
  /></label>`;
