import type { Money } from '@narrow-deputies/contracts/crm';

/** How many digits the minor unit of a currency has (ISO 4217): 2 for EUR, 0 for JPY. */
const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0;

/**
 * `1250, EUR` → `12.50 EUR`, by its digits alone: no floating point comes near it. The same in every locale and without
 * separators, as people have to compare it.
 */
export function formatMoney({ amount, currency }: Money): string {
  const digits = digitsOf(currency);
  const minor = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = minor.slice(0, minor.length - digits);
  const fraction = digits === 0 ? '' : `.${minor.slice(-digits)}`;
  return `${amount < 0 ? '-' : ''}${whole}${fraction} ${currency}`;
}
