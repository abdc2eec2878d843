import type * as Crypto from 'node:crypto';

/** Loaded by who needs it: it takes 10 ms, and every command asks for its instance. */
export const crypto = (): typeof Crypto => process.getBuiltinModule('node:crypto');
