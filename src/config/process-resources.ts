import type { Endpoint } from './process-options.ts';
import type { Ref } from './ref.ts';
import { Resource, valueOf } from './resource.ts';

/** Something with ports. `url` and the other values are those of its first port. */
export abstract class Addressable extends Resource implements Endpoint {
  readonly url: Ref = valueOf(this, 'url');
  readonly host: Ref = valueOf(this, 'host');
  readonly port: Ref = valueOf(this, 'port');
  readonly publicUrl: Ref = valueOf(this, 'publicUrl');
  readonly origin: Ref = valueOf(this, 'origin');

  /**
   * The addresses of another named port; an unknown name is reported when the file is loaded.
   * @example
   * env: { BILLING_GRPC: billing.endpoint('grpc').url }
   */
  endpoint(name: string): Endpoint {
    return {
      url: valueOf(this, `${name}.url`),
      host: valueOf(this, `${name}.host`),
      port: valueOf(this, `${name}.port`),
      publicUrl: valueOf(this, `${name}.publicUrl`),
      origin: valueOf(this, `${name}.origin`),
    };
  }
}

/** A process with addresses. */
export class Service extends Addressable {
  declare protected readonly brand: 'service';
}

/** A server from any image. */
export class Container extends Addressable {
  declare protected readonly brand: 'container';
}

/** A process without addresses. */
export class Worker extends Resource {
  declare protected readonly brand: 'worker';
}

/** A command that runs once. */
export class Task extends Resource {
  declare protected readonly brand: 'task';
}
