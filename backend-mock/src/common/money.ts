import type { Money } from '@narrow-deputies/contracts/crm';
import { minorUnitDigits } from '@narrow-deputies/contracts/currencies';

/**
 * `1250, EUR` → `12.50 EUR`, by its digits alone: no floating point comes near it. The same in every locale and without
 * separators, as people have to compare it. What is in no known currency is shown as it is stored.
 */
export function formatMoney({ amount, currency }: Money): string {
  const digits = minorUnitDigits(currency);
  if (digits === undefined) return `${amount} minor units of ${currency}`;
  const minor = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = minor.slice(0, minor.length - digits);
  const fraction = digits === 0 ? '' : `.${minor.slice(-digits)}`;
  return `${amount < 0 ? '-' : ''}${whole}${fraction} ${currency}`;
}
