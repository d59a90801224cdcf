import * as z from 'zod';

/**
 * Arguments without the properties that were left out. Models in strict mode send every property, and null for what they
 * leave out: for an optional one that takes no null, in nested objects too, it means absent. A required one stays null, and
 * is refused. Never throws, and changes nothing that it was given.
 */
export function withoutLeftOut(shape: z.core.$ZodType, given: unknown): unknown {
  const object = unwrapped(shape);
  if (!(object instanceof z.ZodObject) || typeof given !== 'object' || given === null || Array.isArray(given))
    return given;
  const properties: Readonly<Record<string, z.core.$ZodType>> = object.shape;
  const kept = Object.entries(given).flatMap(([name, value]): [string, unknown][] => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) return [[name, value]];
    return value === null && isLeftOut(property) ? [] : [[name, withoutLeftOut(property, value)]];
  });
  return Object.fromEntries(kept);
}

const isLeftOut = (type: z.core.$ZodType): boolean => type instanceof z.ZodOptional && !z.safeParse(type, null).success;

const unwrapped = (type: z.core.$ZodType): z.core.$ZodType =>
  type instanceof z.ZodOptional ? unwrapped(type.unwrap()) : type;
