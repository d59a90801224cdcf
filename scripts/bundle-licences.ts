import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([-.]|$)/i;
const RULE = `\n${'-'.repeat(80)}\n\n`;

interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

async function noteOf(folder: string): Promise<{ heading: string; text: string }> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageFacts;
  const files = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).toSorted();
  if (files.length === 0) throw new Error(`${name} ${version} has no licence file; its code must not be passed on.`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const heading = `${name} ${version}${license === undefined ? '' : ` (${license})`}`;
  return { heading, text: texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n') };
}

/**
 * The licences of other people's code in a program, in the order of their names.
 *
 * @param folders - of the packages whose code is in it.
 * @param notices - what the bundler collected from inside the files of these packages.
 * @throws Error when a package has no licence file.
 */
export async function licenceNotes(folders: readonly string[], notices: string): Promise<string> {
  const notes = await Promise.all(folders.map(noteOf));
  const sorted = notes.toSorted((one, other) => (one.heading < other.heading ? -1 : 1));
  const parts = sorted.map(({ heading, text }) => `${heading}\n\n${text}\n`);
  if (notices.trim() !== '') parts.push(`${notices.replaceAll('\r\n', '\n').trim()}\n`);
  return `This program contains code of these packages, under these licences.\n${RULE}${parts.join(RULE)}`;
}
