const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OPENS = 7;
const CLOSES = 17;

/** The moment itself when staff are at work (Monday to Friday, 7 to 17 o'clock UTC), else as far into their next day. */
export function workingTime(at: number): number {
  const intoHour = at % HOUR_MS;
  let moment = at;
  if (new Date(moment).getUTCHours() >= CLOSES) moment = startOfDay(moment) + DAY_MS + OPENS * HOUR_MS + intoHour;
  if (new Date(moment).getUTCHours() < OPENS) moment = startOfDay(moment) + OPENS * HOUR_MS + intoHour;
  while ([0, 6].includes(new Date(moment).getUTCDay()))
    moment = startOfDay(moment) + DAY_MS + OPENS * HOUR_MS + intoHour;
  return moment;
}

const startOfDay = (at: number): number => at - (at % DAY_MS);
