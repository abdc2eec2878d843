// Writes docs/lint.md from the rules themselves. `--check` fails when it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { checksOf, type Rule, type Tool } from '../src/promote/kubernetes/rules/rule.ts';
import { SECTIONS } from '../src/promote/kubernetes/rules/violations.ts';

const target = path.resolve(import.meta.dirname, '..', 'docs', 'lint.md');

const INTRO = `# Manifests of Kubernetes against the rules

Written from the rules by \`npm run docs\`.

\`devstack lint\` holds manifests, of whoever wrote them, against what [kube-score](https://github.com/zegl/kube-score),
[kube-linter](https://github.com/stackrox/kube-linter) and [Polaris](https://github.com/FairwindsOps/polaris) ask for, and a
few things they do not look at. It needs none of them, and no cluster. All files are read first, since objects name each
other: a Service its pods, an Ingress its Service, an autoscaler its workload.

\`deploy/k8s/service.yaml\`:

\`\`\`yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: api, namespace: shop }
data: { API_TOKEN: abc }
---
apiVersion: v1
kind: Service
metadata:
  name: db
  namespace: shop
  annotations:
    kube-score/ignore: service-targets-pod
    ignore-check.kube-linter.io/dangling-service: its pods are made by the operator
spec:
  selector: { cluster: db }
  ports: [{ port: 5432 }]
\`\`\`

\`\`\`sh
devstack lint -f deploy/k8s
\`\`\`

\`\`\`text
deploy/k8s/service.yaml: ConfigMap/shop/api: API_TOKEN is for everybody to read, and its name says that it is secret; put it into a Secret (secret-in-config)
2 objects in 1 file: 1 violation, 1 exemption
  exempt  deploy/k8s/service.yaml: Service/shop/db (service-without-pods): its pods are made by the operator
\`\`\`

Exit codes: 0 no violation, or only exempt ones; 1 a violation, or files that cannot be read; 2 a mistake in the command line.
\`-f\` takes files, folders with all that is in them, and \`-\` for standard input. \`--json\` prints violations and exemptions as
data, \`--sarif\` for code scanning. What an overlay of kustomize or a chart of Helm makes is looked at once it is made:
\`kubectl kustomize deploy/k8s/overlays/production | devstack lint -f -\`.

## Exemptions

An exemption is an annotation of the object, or of its pod template, in the words of the tool that would report it:

| tool        | annotation                                              | applies to                      |
| ----------- | ------------------------------------------------------- | ------------------------------- |
| kube-score  | \`kube-score/ignore: "check, other-check"\`               | the checks in the list          |
| kube-linter | \`ignore-check.kube-linter.io/<check>: "reason"\`         | one check                       |
| kube-linter | \`kube-linter.io/ignore-all: "reason"\`                   | all checks of kube-linter       |
| Polaris     | \`polaris.fairwinds.com/<check>-exempt: "true"\`          | one check                       |
| Polaris     | \`polaris.fairwinds.com/exempt: "true"\`                  | all checks of Polaris           |
| devstack    | \`ignore.devstack/<rule>: "reason"\`                      | rules that no other tool has    |

A violation is exempt once every tool that would report it is told; otherwise that tool goes on reporting. Where its
annotation has no room for a reason, \`ignore.devstack/<rule>\` next to it gives one. Checks in italics run only where
somebody turned them on, so they need not be told, unless a rule has no other.

## Rules

The table of fields knows the kinds that devstack writes, of Kubernetes itself and of operators (CloudNativePG, RabbitMQ,
MongoDB, Redis, KEDA, External Secrets, Sealed Secrets, Gateway API, Prometheus, Argo CD, Flux, the Vertical Pod Autoscaler),
with all of their fields; other kinds are known to whoever brings them. Dockerfiles are not looked at.`;

const TOOLS: readonly Tool[] = ['kube-score', 'kube-linter', 'polaris'];

const sections: readonly (readonly [string, Readonly<Record<string, Rule>>])[] = Object.entries(SECTIONS);
const text = sections.map(([title, rules]) => `### ${title}\n\n${table(rules)}`).join('\n\n');
const options = await prettier.resolveConfig(target);
const page = await prettier.format(`${INTRO}\n\n${text}\n`, { ...options, parser: 'markdown' });
if (!process.argv.includes('--check')) writeFileSync(target, page);
else if (readIfThere(target) !== page) {
  process.stderr.write('docs/lint.md is stale. Write it again: npm run docs\n');
  process.exitCode = 1;
}

function table(rules: Readonly<Record<string, Rule>>): string {
  const rows = Object.entries(rules).map(
    ([id, rule]) => `| \`${id}\` | ${rule.says} | ${TOOLS.map((tool) => cell(rule, tool)).join(' | ')} |`,
  );
  return ['| rule | what has to be | kube-score | kube-linter | Polaris |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function cell(rule: Rule, tool: Tool): string {
  const names = checksOf(rule).flatMap((check) => (check.tool === tool ? [check.name] : []));
  return names.map((name) => (rule.optional?.includes(name) ? `_${name}_` : name)).join(', ');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // not written yet
  }
}
