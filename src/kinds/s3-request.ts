import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from './kind.ts';

export interface S3Signing {
  /** As the request names it, with its port. */
  readonly host: string;
  readonly now: Date;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

/** A request without a body, signed by version 4 of the signature of S3. */
export function signedRequest(method: HttpRequest['method'], path: string, signing: S3Signing): HttpRequest {
  const { host, now, accessKey, secretKey, region } = signing;
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const body = hash('');
  const headers = { host, 'x-amz-content-sha256': body, 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const scope = `${day}/${region}/s3/aws4_request`;
  const canonical = [method, path, '', lines.join(''), names, body].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretKey}`,
  );
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const credential = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}`;
  return {
    method,
    path,
    headers: { ...headers, authorization: `${credential}, SignedHeaders=${names}, Signature=${signature}` },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
