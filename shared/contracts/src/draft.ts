import { DRAFT_MAX_BYTES } from './draft-max-bytes.ts';
import { readDate, readDescription, readSlug, readTags, readTitle } from './draft-fields.ts';
import { splitFrontMatter } from './draft-front-matter.ts';
import { readPlainYaml, type PlainYaml } from './draft-yaml.ts';
import { scanMarkup } from './text-references.ts';
import { HIDDEN_CHARACTERS_MAX, type HiddenCharacter } from './text.ts';

/** A draft that can be published. What it looks like when rendered is the renderer's to say. */
export interface Draft {
  readonly title: string;
  /** `YYYY-MM-DD`, as its author wrote it; null when the draft names none. */
  readonly date: string | null;
  readonly tags: string[];
  readonly description: string | null;
  /** The address that the author chose instead of the filename's. */
  readonly slug: string | null;
  /** Markdown behind the front matter, as it stands in the file. */
  readonly body: string;
}

export type ParsedDraft =
  | { ok: true; draft: Draft }
  | { ok: false; reason: string; title: string | null; hiddenCharacters?: HiddenCharacter[] };

const refuse = (reason: string, title: string | null = null): ParsedDraft => ({ ok: false, reason, title });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Lines of the front matter count from behind its opening fence, those of a report from the top of the file. */
function findHidden(text: string, yaml: PlainYaml | undefined): HiddenCharacter[] {
  const inFile = scanMarkup(text, HIDDEN_CHARACTERS_MAX);
  if (inFile.length > 0 || yaml?.ok !== true) return inFile;
  return yaml.hidden.map((hidden) => ({ ...hidden, line: hidden.line + 1 }));
}

function refuseHidden(first: HiddenCharacter, title: string | null, hiddenCharacters: HiddenCharacter[]): ParsedDraft {
  const where = `line ${first.line}, column ${first.column}`;
  const reason = `The draft holds a character that readers cannot see: ${first.codePoint} ${first.name} at ${where}.`;
  return { ok: false, reason, title, hiddenCharacters };
}

/**
 * Reads the bytes of one draft and judges whether they can be published: strict UTF-8 of at most
 * {@link DRAFT_MAX_BYTES} bytes, plain YAML front matter with a title, and no character that readers cannot see, neither
 * as it stands nor behind a YAML escape or a character reference. Nothing in a draft is ever evaluated. Never throws.
 *
 * @returns the draft; or the first reason against it, written for the model that reads it and free of the draft's own
 *   words, with the title where one could be read.
 */
export function parseDraft(bytes: Uint8Array): ParsedDraft {
  if (bytes.length > DRAFT_MAX_BYTES) return refuse(`A draft has at most ${DRAFT_MAX_BYTES} bytes.`);
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse('A draft is valid UTF-8.');

  const front = splitFrontMatter(text);
  const yaml = front.ok ? readPlainYaml(front.yaml, HIDDEN_CHARACTERS_MAX) : undefined;
  const title = yaml?.ok === true ? readTitle(yaml.fields) : undefined;
  // A title that cannot be seen as it is must not be shown as if it could.
  const shown = title?.ok === true && scanMarkup(title.value, 1).length === 0 ? title.value : null;

  const hidden = findHidden(text, yaml);
  if (hidden[0] !== undefined) return refuseHidden(hidden[0], shown, hidden);
  if (!front.ok) return refuse(front.reason);
  if (yaml?.ok !== true) return refuse(yaml?.reason ?? 'The front matter cannot be read.');
  if (title?.ok !== true) return refuse(title?.reason ?? 'The front matter has no title.');

  const date = readDate(yaml.fields);
  if (!date.ok) return refuse(date.reason, shown);
  const tags = readTags(yaml.fields);
  if (!tags.ok) return refuse(tags.reason, shown);
  const description = readDescription(yaml.fields);
  if (!description.ok) return refuse(description.reason, shown);
  const slug = readSlug(yaml.fields);
  if (!slug.ok) return refuse(slug.reason, shown);

  return {
    ok: true,
    draft: {
      title: title.value,
      date: date.value,
      tags: tags.value,
      description: description.value,
      slug: slug.value,
      body: front.body,
    },
  };
}
