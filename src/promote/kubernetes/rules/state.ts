import type { KubeObject } from '../object.ts';
import { at, listAt, numberAt, textAt, textsAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import { kindIs, namespaceOf, type Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';

export const STATE = {
  'stateful-service': {
    says: 'The `serviceName` of a StatefulSet is a headless Service that selects its pods.',
    kubeScore: ['statefulset-has-servicename'],
  },
  'cron-deadline': {
    says: 'A CronJob says until when a missed run may start.',
    kubeScore: ['cronjob-has-deadline'],
  },
  'cron-restart': {
    says: 'A pod of a CronJob is restarted never or on failure.',
    kubeScore: ['cronjob-restartpolicy'],
  },
  'job-ttl': {
    says: 'A Job says when it is cleared away; one of a CronJob leaves that to it.',
    kubeLinter: ['job-ttl-seconds-after-finished'],
  },
  'single-writer': {
    says: 'A volume that one host mounts at a time has one pod, which ends before the next begins.',
  },
  'pull-policy': {
    says: 'An image is asked for at every start, which asks for the right to it as well.',
    kubeScore: ['container-image-pull-policy'],
    polaris: ['pullPolicyNotAlways'],
  },
  'priority-class': {
    says: 'A pod has a priority.',
    kubeLinter: ['priority-class-name'],
    polaris: ['priorityClassNotSet'],
    optional: ['priority-class-name'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof STATE>;

export function checkState(set: ObjectSet, report: Wrong): void {
  for (const object of set.all('Job').filter((one) => kindIs(one, 'Job', 'batch')))
    if (at(object, 'spec', 'ttlSecondsAfterFinished') === undefined)
      report({ rule: 'job-ttl', object, text: 'it stays for ever once it is done; set spec.ttlSecondsAfterFinished' });
  for (const object of set.all('CronJob').filter((one) => kindIs(one, 'CronJob', 'batch')))
    checkCronJob(object, report);
  for (const pod of set.pods) {
    const object = pod.owner;
    checkHeadless(pod, set, report);
    checkWriters(pod, set, report);
    for (const { name, data } of pod.containers)
      if (textAt(data, 'imagePullPolicy') !== 'Always')
        report({
          rule: 'pull-policy',
          object,
          container: name,
          text: 'what a host has is taken, also without the right to it; set imagePullPolicy: Always',
        });
    if (textAt(pod.spec, 'priorityClassName') === undefined)
      report({
        rule: 'priority-class',
        object,
        text: 'under pressure anybody goes before anybody; set priorityClassName to a class of the cluster',
      });
  }
}

function checkCronJob(object: KubeObject, report: Wrong): void {
  if (at(object, 'spec', 'startingDeadlineSeconds') === undefined)
    report({
      rule: 'cron-deadline',
      object,
      text: 'after a hundred missed runs it never runs again; set spec.startingDeadlineSeconds',
    });
  const policy = textAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec', 'restartPolicy');
  if (policy !== 'Never' && policy !== 'OnFailure')
    report({
      rule: 'cron-restart',
      object,
      text: `restartPolicy ${policy ?? 'is not set, and the default'} does not fit a job; set Never or OnFailure`,
    });
  if (at(object, 'spec', 'jobTemplate', 'spec', 'ttlSecondsAfterFinished') !== undefined)
    report({
      rule: 'job-ttl',
      object,
      text: 'ttlSecondsAfterFinished and the history limits of a CronJob undo each other; take it out of the jobTemplate',
    });
}

function checkHeadless(pod: Pod, set: ObjectSet, report: Wrong): void {
  const { owner: object, namespace } = pod;
  if (object.kind !== 'StatefulSet') return;
  const name = textAt(object, 'spec', 'serviceName') ?? '';
  const service = set.find('Service', namespace, name);
  const wrong = (text: string): void => report({ rule: 'stateful-service', object, text });
  if (name === '') wrong('its pods have no names in DNS; set spec.serviceName to a headless Service');
  else if (!service) wrong(`there is no Service ${name}; add it with clusterIP: None`);
  else if (textAt(service, 'spec', 'clusterIP') !== 'None')
    wrong(`Service ${name} is not headless; set its clusterIP: None`);
  else if (!set.servicesOf(pod).includes(service))
    wrong(`Service ${name} does not select its pods; give it labels of the template`);
}

function checkWriters({ owner: object, spec, replicas }: Pod, set: ObjectSet, report: Wrong): void {
  if (object.kind !== 'Deployment') return;
  const strategy = textAt(object, 'spec', 'strategy', 'type') ?? 'RollingUpdate';
  const surge = at(object, 'spec', 'strategy', 'rollingUpdate', 'maxSurge') ?? '25%';
  const surges = strategy === 'RollingUpdate' && surge !== 0 && surge !== '0%';
  const isOne =
    (replicas ?? 1) <= 1 &&
    set
      .autoscalersOf(object)
      .every((one) => (numberAt(one, 'spec', 'maxReplicas') ?? numberAt(one, 'spec', 'maxReplicaCount') ?? 100) <= 1);
  if (isOne && !surges) return;
  for (const name of listAt(spec, 'volumes').flatMap(
    (one) => textAt(one, 'persistentVolumeClaim', 'claimName') ?? [],
  )) {
    const claim = set.find('PersistentVolumeClaim', namespaceOf(object), name);
    const modes = textsAt(claim, 'spec', 'accessModes');
    if (!claim || modes.includes('ReadWriteMany') || modes.includes('ReadOnlyMany')) continue;
    report({
      rule: 'single-writer',
      object,
      text: `${isOne ? 'at an update a second pod' : 'more than one pod'} waits for the claim ${name}, which one host mounts; use one replica with strategy Recreate, or a StatefulSet`,
    });
  }
}
