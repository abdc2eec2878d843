/** Who holds a port, as far as the system tells. */
export interface PortHolder {
  readonly pid: number;
  readonly command: string;
  readonly cwd?: string;
  /** The run it belongs to, when it is a process devstack started. */
  readonly leftoverOf?: string;
}

/** The instance of a stack that holds a port, when devstack started it. */
export interface PortOwner {
  readonly instance: string;
  readonly resource: string;
  /** Its checkout, as far as it is known. */
  readonly directory?: string;
  /** `--instance` of it; undefined: the checkout's own. */
  readonly name?: string;
}
