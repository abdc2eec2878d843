import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const file = path.resolve(import.meta.dirname, '../schemas/kubernetes/delivery.json');
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, 'delivery');

/** What is wrong with an object for a tool of delivery: the fields that may be written, and no other. */
export function deliveryErrors(object: { readonly apiVersion: string; readonly kind: string }): readonly unknown[] {
  const name = `${object.apiVersion}/${object.kind}`;
  const validate = ajv.getSchema(`delivery#/$defs/${name.replaceAll('/', '~1')}`);
  if (!validate) return [`no schema of ${name}`];
  return validate(object) ? [] : (validate.errors ?? []);
}
