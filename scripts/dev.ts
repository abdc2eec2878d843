// The command line from its sources: `npm run dev -- up`.
import { readFileSync } from 'node:fs';
import { main } from '../src/cli/main.ts';

const about: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const version = typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : '';
await main(
  process.argv.slice(2),
  version,
  () => import('../src/tui/index.ts'),
  () => import('../src/mcp/index.ts'),
);
