import type { Endpoint } from './process-options.ts';
import type { Ref } from './ref.ts';
import { Resource, valueOf } from './resource.ts';

/**
 * Something with ports. `url` and the other values are those of its first port.
 * @example
 * env: { API_URL: api.url, API_GRPC: api.endpoint('grpc').url }
 */
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

/**
 * A process with addresses.
 * @example
 * env: { API_URL: api.url, PUBLIC_API_URL: api.publicUrl, CORS_ORIGIN: web.origin }
 */
export class Service extends Addressable {
  declare protected readonly brand: 'service';
}

/**
 * A server from any image.
 * @example
 * env: { SEARCH_URL: search.url }
 */
export class Container extends Addressable {
  declare protected readonly brand: 'container';
}

/**
 * A process without addresses.
 * @example
 * groups: { background: [processor, mailer] }
 */
export class Worker extends Resource {
  declare protected readonly brand: 'worker';
}

/**
 * A command that runs once.
 * @example
 * const api = service({ dev: 'npm run dev', dependsOn: migrate });
 */
export class Task extends Resource {
  declare protected readonly brand: 'task';
}
