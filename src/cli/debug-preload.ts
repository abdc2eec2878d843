import { fileURLToPath } from 'node:url';

/** What programs that are debugged load first: this file is as far from it as the bundle is. */
export const debugPreload = fileURLToPath(new URL('../../bin/inspect.cjs', import.meta.url));
