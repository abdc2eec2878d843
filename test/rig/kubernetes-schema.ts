import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { KubeObject } from '../../src/promote/kubernetes/object.ts';
import { operatorErrors } from './operator-schema.ts';

/** Of the oldest Kubernetes that is asked for, and of a recent one; no field besides theirs. */
export const KUBERNETES_VERSIONS = ['1.30', '1.35'];

const GROUPS: Readonly<Record<string, string>> = {
  v1: 'core.v1',
  'apps/v1': 'apps.v1',
  'batch/v1': 'batch.v1',
  'autoscaling/v2': 'autoscaling.v2',
  'networking.k8s.io/v1': 'networking.v1',
  'policy/v1': 'policy.v1',
  'rbac.authorization.k8s.io/v1': 'rbac.v1',
};

/** What the schema of a version has against an object. */
export function kubernetesValidator(version: string): (object: KubeObject) => readonly unknown[] {
  const file = path.resolve(import.meta.dirname, `../schemas/kubernetes/kubernetes-${version}.json`);
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, 'k8s');
  return (object) => {
    const validate = ajv.getSchema(`k8s#/$defs/io.k8s.api.${GROUPS[object.apiVersion]}.${object.kind}`);
    if (!validate) return operatorErrors(object);
    return validate(object) ? [] : (validate.errors ?? []);
  };
}
