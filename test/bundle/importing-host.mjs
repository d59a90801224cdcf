// A host that loads a program into a process of its own, as Claude Desktop's own Node does with a bundle: the arguments of
// the manifest come along as the program's, standard input is a stream of the host's making, nobody ends the process.
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';

const [, , program, ...args] = process.argv;
process.argv = ['node', program, ...args];

const input = new PassThrough();
process.stdin.pipe(input);
Object.defineProperty(process, 'stdin', { value: input });

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (chunk, ...rest) => write(`${chunk}`, ...rest);

await import(pathToFileURL(program).href);
