/** The config uses this package in a way that can not work; `load` turns it into a config problem. */
export class MisuseError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'MisuseError';
    this.code = code;
  }
}
