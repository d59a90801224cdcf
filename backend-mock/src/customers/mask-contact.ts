const DOTS = '•••';

/**
 * `m•••@•••.de`: enough to tell two addresses apart, too little to write to one. What is no plain address is dots alone,
 * so that nothing else that lies in the field gets out this way.
 */
export function maskEmail(email: string | null): string | null {
  if (email === null) return null;
  const parts = /^([a-z0-9])[^@\s]*@[^@\s]+\.([a-z]{2,24})$/i.exec(email);
  return parts ? `${parts[1]}${DOTS}@${DOTS}.${parts[2]}` : DOTS;
}

/** `•••29`: the last two digits. */
export function maskPhone(phone: string | null): string | null {
  if (phone === null) return null;
  const digits = phone.replaceAll(/\D/g, '');
  return digits.length > 4 ? `${DOTS}${digits.slice(-2)}` : DOTS;
}
