import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { KubeObject } from '../../src/promote/kubernetes/object.ts';

const file = path.resolve(import.meta.dirname, '../schemas/kubernetes/operators.json');
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, 'operators');

/** Of kinds that operators bring: the fields of theirs that may be written, and no other. */
export function operatorErrors(object: KubeObject): readonly unknown[] {
  const name = `${object.apiVersion}/${object.kind}`;
  const validate = ajv.getSchema(`operators#/$defs/${name.replaceAll('/', '~1')}`);
  if (!validate) return [`no schema of ${name}`];
  return validate(object) ? [] : (validate.errors ?? []);
}
