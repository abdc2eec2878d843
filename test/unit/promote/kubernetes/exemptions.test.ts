import { expect, test } from 'vitest';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { changed, type Change } from './changed.ts';

const container = 'spec template spec containers 0';
const annotation = (name: string, value: string): Change => ['Deployment/api', `metadata annotations ${name}`, value];
const inTemplate = (name: string, value: string): Change => [
  'Deployment/api',
  `spec template metadata annotations ${name}`,
  value,
];

function judged(...changes: readonly Change[]) {
  const { violations, exemptions } = judge(changed(...changes));
  return {
    violations: violations.map(({ rule }) => rule),
    // One of the good objects is exempt by itself.
    exemptions: exemptions
      .filter(({ object }) => object.metadata.name !== 'web')
      .map(({ rule, reason }) => [rule, reason]),
  };
}

const root: Change = ['Deployment/api', `${container} securityContext readOnlyRootFilesystem`, false];
const score = annotation('kube-score/ignore', 'x, container-security-context-readonlyrootfilesystem');
const linter = annotation('ignore-check.kube-linter.io/no-read-only-root-fs', 'it writes its cache next to its code');
const polaris = annotation('polaris.fairwinds.com/notReadOnlyRootFilesystem-exempt', 'True');

test('a violation is exempt when every tool that reports it is, with the reason kube-linter is given', () => {
  expect(judged(root)).toEqual({ violations: ['read-only-root'], exemptions: [] });
  for (const some of [[score], [linter], [polaris], [score, polaris], [linter, polaris]])
    expect(judged(root, ...some)).toEqual({ violations: ['read-only-root'], exemptions: [] });
  expect(judged(root, score, linter, polaris)).toEqual({
    violations: [],
    exemptions: [['read-only-root', 'it writes its cache next to its code']],
  });
});

test('annotations of the pod template count as well', () => {
  const all = [
    inTemplate('kube-score/ignore', 'container-security-context-readonlyrootfilesystem'),
    inTemplate('ignore-check.kube-linter.io/no-read-only-root-fs', 'why'),
    polaris,
  ];
  expect(judged(root, ...all)).toEqual({ violations: [], exemptions: [['read-only-root', 'why']] });
});

test('an object may be exempt from all of a tool, but not of kube-score', () => {
  const all = [
    score,
    annotation('kube-linter.io/ignore-all', 'why'),
    annotation('polaris.fairwinds.com/exempt', 'true'),
  ];
  expect(judged(root, ...all).violations).toEqual([]);
  expect(judged(root, ...all.slice(1)).violations).toEqual(['read-only-root']);
});

test('kube-score and Polaris have no room for a reason, so devstack has; alone it exempts from nothing of theirs', () => {
  const pull: Change = ['Deployment/api', `${container} imagePullPolicy`, 'IfNotPresent'];
  const reason = annotation('ignore.devstack/pull-policy', 'the image is loaded into the nodes');
  const both = [
    annotation('kube-score/ignore', 'container-image-pull-policy'),
    annotation('polaris.fairwinds.com/pullPolicyNotAlways-exempt', 'true'),
  ];
  expect(judged(pull, reason).violations).toEqual(['pull-policy']);
  expect(judged(pull, ...both)).toEqual({ violations: [], exemptions: [['pull-policy', '']] });
  expect(judged(pull, ...both, reason).exemptions).toEqual([['pull-policy', 'the image is loaded into the nodes']]);
});

test('a rule no other tool has is exempted by the annotation of devstack', () => {
  const links: Change = ['Deployment/api', 'spec template spec enableServiceLinks', true];
  expect(judged(links, annotation('ignore.devstack/service-links', 'old code reads them'))).toEqual({
    violations: [],
    exemptions: [['service-links', 'old code reads them']],
  });
});

test('only tools that report the very case have to be told', () => {
  const none: Change = ['Deployment/api', `${container} resources`, undefined];
  const limits: Change = ['Deployment/api', `${container} resources limits cpu`, undefined];
  const scored = annotation('kube-score/ignore', 'container-resources');
  expect(
    judged(limits, scored, annotation('polaris.fairwinds.com/cpuLimitsMissing-exempt', 'true')).violations,
  ).toEqual([]);
  // kube-score takes the one for the other; kube-linter and Polaris want to be told about each.
  expect(judged(none, scored)).toEqual({
    violations: ['cpu-request', 'cpu-limit', 'memory-request', 'memory-limit'],
    exemptions: [
      ['ephemeral-storage', ''],
      ['ephemeral-storage', ''],
    ],
  });
  // A StatefulSet is none of the business of Polaris here, nor of the check for Deployments.
  expect(
    judged(
      ['StatefulSet/db', 'spec replicas', 3],
      ['StatefulSet/db', 'metadata annotations', { 'kube-score/ignore': 'statefulset-has-poddisruptionbudget' }],
    ).violations,
  ).toEqual([]);
});

test('a check that only runs where it is turned on need not be told, unless there is no other', () => {
  const type: Change = ['Service/api', 'spec type', 'NodePort'];
  const scored: Change = ['Service/api', 'metadata annotations', { 'kube-score/ignore': 'service-type' }];
  expect(judged(type, scored).violations).toEqual([]);
  const balancer: Change = ['Service/api', 'spec type', 'LoadBalancer'];
  expect(judged(balancer, scored).violations).toEqual(['service-type']);
  const linted: Change = [
    'Service/api',
    'metadata annotations',
    { 'ignore-check.kube-linter.io/exposed-services': 'there is no Ingress controller' },
  ];
  expect(judged(balancer, linted).exemptions).toEqual([['service-type', 'there is no Ingress controller']]);
});
