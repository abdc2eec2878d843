/** Loaded by who needs it: it takes 10 ms, and every command asks for its instance. */
export const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');
