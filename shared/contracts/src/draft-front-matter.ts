/** Largest front matter between its fences, in bytes of UTF-8. */
export const FRONT_MATTER_MAX_BYTES = 16 * 1024;

export type FrontMatter =
  | { readonly ok: true; readonly yaml: string; readonly yamlOffset: number; readonly body: string }
  | { readonly ok: false; readonly reason: string };

const FENCE = /^---[ \t]*\r?$/;
/** How other front matter begins: a language behind the fence, or the fences of JSON and TOML. */
const OTHER_FRONT_MATTER = /^(?:---[ \t]*[^-\s]|;;;|\+\+\+|\{)/;
const CLOSING_FENCE = /^---[ \t]*\r?$/gm;

const refuse = (reason: string): FrontMatter => ({ ok: false, reason });

/**
 * Takes a draft apart at the fences of its front matter. Only lines that are exactly `---` are fences: a language named
 * behind them would make some readers run what stands between, so it is refused by its form alone.
 *
 * @returns what lies between the fences (`yamlOffset` in UTF-16 units) and the body behind them, or why not.
 */
export function splitFrontMatter(text: string): FrontMatter {
  const firstEnd = text.indexOf('\n');
  const first = firstEnd < 0 ? text : text.slice(0, firstEnd);
  if (!FENCE.test(first)) {
    return refuse(
      OTHER_FRONT_MATTER.test(first)
        ? 'Only plain YAML front matter is accepted: the first line is exactly "---".'
        : 'The draft has no front matter: its first line is "---", then YAML with at least a title, then "---".',
    );
  }
  const yamlOffset = firstEnd < 0 ? text.length : firstEnd + 1;
  CLOSING_FENCE.lastIndex = yamlOffset;
  const closing = CLOSING_FENCE.exec(text);
  if (closing === null) return refuse('The front matter is not closed by a line "---".');
  const yaml = text.slice(yamlOffset, closing.index);
  if (yaml.length > FRONT_MATTER_MAX_BYTES || new TextEncoder().encode(yaml).length > FRONT_MATTER_MAX_BYTES) {
    return refuse(`Front matter has at most ${FRONT_MATTER_MAX_BYTES} bytes.`);
  }
  const bodyOffset = closing.index + closing[0].length + 1;
  return { ok: true, yaml, yamlOffset, body: text.slice(bodyOffset) };
}
