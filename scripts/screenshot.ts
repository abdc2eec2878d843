// Draws a program's screen into a file, once it shows a text:
//   tsx scripts/screenshot.ts FILE.svg TEXT COMMAND [ARGUMENT…]
import { writeFileSync } from 'node:fs';
import { onScreen } from '../test/rig/screen.ts';
import { svgOf } from './svg.ts';

const [file, text, ...command] = process.argv.slice(2);
if (file === undefined || text === undefined || command.length === 0)
  throw new Error('usage: tsx scripts/screenshot.ts FILE.svg TEXT COMMAND [ARGUMENT…]');

await using screen = onScreen(command, { cwd: process.cwd() });
await screen.until(text);
writeFileSync(file, svgOf(screen.cells()));
