import { minorUnitDigits } from '@narrow-deputies/contracts/currencies';
import { ImportRefused, showCell } from './faults.ts';

/** A currency by its ISO 4217 code, with the digits of its minor unit (EUR 2, JPY 0). */
export interface Currency {
  readonly code: string;
  readonly digits: number;
  /** Set where nobody said it. */
  readonly assumed?: true;
}

/** What amounts are in where nobody says. */
const ASSUMED = 'EUR';

/** @param code undefined where nobody said one. @throws ImportRefused as {@link currencyOf}. */
export const currencyOrAssumed = (code: string | undefined): Currency =>
  code === undefined ? { ...currencyOf(ASSUMED), assumed: true } : currencyOf(code);

/** @throws ImportRefused `invalid_arguments` for anything but an ISO 4217 code of a currency with a minor unit. */
export function currencyOf(code: string): Currency {
  const digits = minorUnitDigits(code);
  if (digits === undefined) {
    throw new ImportRefused('invalid_arguments', `${showCell(code)} is no currency of ISO 4217. Write it like EUR.`);
  }
  return { code, digits };
}

export type Amount = { readonly ok: true; readonly minor: number } | { readonly ok: false; readonly message: string };

const fault = (message: string): Amount => ({ ok: false, message });

/**
 * Reads a decimal amount as minor units of its currency, by its digits alone: no floating point comes near it.
 *
 * @param text digits, with a point before the fraction; zeros at the end of the fraction say nothing.
 */
export function parseAmount(text: string, { code, digits }: Currency): Amount {
  const parts = /^(-?)(\d{1,32})(?:\.(\d{1,32}))?$/.exec(text);
  if (!parts) return fault(`${showCell(text)} is no decimal amount. Write it like 12.50, without signs or separators.`);
  const [, sign, whole = '', fraction = ''] = parts;
  if (sign) return fault(`${showCell(text)} is negative.`);
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > digits) {
    return fault(`${showCell(text)} has more decimal places than the ${digits} of ${code}.`);
  }
  const minor = BigInt(whole + significant.padEnd(digits, '0'));
  if (minor > BigInt(Number.MAX_SAFE_INTEGER)) return fault(`${showCell(text)} is more than can be kept exactly.`);
  return { ok: true, minor: Number(minor) };
}
