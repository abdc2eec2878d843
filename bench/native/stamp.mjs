// Stands in for stamp.c where there is no compiler.
import { appendFileSync } from 'node:fs';

const [file = '', tag = '', mode = 'exit'] = process.argv.slice(2);
appendFileSync(file, `${tag} ${process.pid} ${process.hrtime.bigint()}\n`);
if (mode === 'stay') setInterval(() => undefined, 1 << 30);
