import type { Files } from '../folder.ts';

/** A config that must be refused, with every problem as `place  message`. */
export interface BadConfig {
  /** The rule it breaks, in words. */
  readonly rule: string;
  /** Lines of the config from line 2 on; line 1 imports everything from the package. */
  readonly config: string;
  readonly files?: Files;
  readonly problems: readonly string[];
}

/** Line 1 of every config of the tables. */
export const imports =
  "import { defineConfig, each, extend, service, worker, task, container, postgres, redis, rabbitmq, minio, mailpit, secret, param, perTarget } from 'devstack';";
