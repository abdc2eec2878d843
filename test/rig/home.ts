import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

// State, caches and sockets of the tests stay away from the user's own.
const home = mkdtempSync(path.join(tmpdir(), 'devstack-home-'));
process.env['XDG_STATE_HOME'] = path.join(home, 'state');
process.env['XDG_RUNTIME_DIR'] = path.join(home, 'run');

afterAll(() => rmSync(home, { recursive: true, force: true }));
