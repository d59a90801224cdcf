/**
 * Digits of the minor unit of each currency: ISO 4217, list one, as published by its maintenance agency (SIX) on 2024-06-25,
 * with XCG and XAD of later amendments. The last line holds withdrawn codes that amounts may still be stored in. Frozen: the
 * list that comes with a Node follows what people usually write, and changes from version to version. What has no minor unit
 * (metals, test codes, baskets) is left out.
 */
const CODES: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY',
  ],
  [
    2,
    'COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS',
  ],
  [
    2,
    'INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR',
  ],
  [
    2,
    'MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP',
  ],
  [2, 'STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
  [2, 'ANG BGN CUC HRK SLL ZWL'],
];

const DIGITS: ReadonlyMap<string, number> = new Map(
  CODES.flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, digits] as const)),
);

/** Every currency that amounts can be in, by its code. */
export const CURRENCY_CODES: readonly string[] = [...DIGITS.keys()];

/** @returns how many digits the minor unit has (EUR 2, JPY 0); undefined for what is no currency with a minor unit. */
export const minorUnitDigits = (code: string): number | undefined => DIGITS.get(code);
