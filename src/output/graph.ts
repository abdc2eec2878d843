import { startOrder } from '../core/graph.ts';
import { resourceOf, type Gate, type Resource, type Stack } from '../core/stack.ts';

const GATE_WORDS: Readonly<Record<Gate, string>> = { started: 'started', ready: 'ready', done: 'done' };

/** In the order things start; each with what it waits for and whose addresses it reads. */
export function graphAsText(stack: Stack): string {
  return startOrder(stack)
    .map((name) => {
      const resource = resourceOf(stack, name);
      const waits = resource.dependencies.map(({ on, gate }) => `${on} ${GATE_WORDS[gate]}`);
      const reads = readsOf(resource);
      return [
        `${name} (${kindOf(resource)})`,
        ...(waits.length > 0 ? [`  waits for ${waits.join(', ')}`] : []),
        ...(reads.length > 0 ? [`  reads the address of ${reads.join(', ')}`] : []),
      ].join('\n');
    })
    .join('\n');
}

export function graphAsMermaid(stack: Stack): string {
  // Names such as `end` mean something to mermaid.
  const order = new Map(stack.resources.map(({ name }, index) => [name, `n${index}`]));
  const id = (name: string): string => order.get(name) ?? name;
  const lines = ['flowchart LR'];
  for (const resource of stack.resources) {
    const label = `${resource.name}<br/>${kindOf(resource)}`;
    lines.push(
      resource.kind === 'container' ? `  ${id(resource.name)}[("${label}")]` : `  ${id(resource.name)}["${label}"]`,
    );
  }
  for (const resource of stack.resources) {
    for (const { on, gate } of resource.dependencies)
      lines.push(`  ${id(resource.name)} -->|${GATE_WORDS[gate]}| ${id(on)}`);
    for (const name of readsOf(resource)) lines.push(`  ${id(resource.name)} -.-> ${id(name)}`);
  }
  return lines.join('\n');
}

export function graphAsData(stack: Stack) {
  return {
    resources: stack.resources.map((resource) => ({
      name: resource.name,
      kind: kindOf(resource),
      dependencies: resource.dependencies,
      reads: readsOf(resource),
    })),
    startOrder: startOrder(stack),
  };
}

function readsOf(resource: Resource): readonly string[] {
  const gated = new Set(resource.dependencies.map(({ on }) => on));
  return resource.companions.filter((name) => !gated.has(name));
}

function kindOf(resource: Resource): string {
  switch (resource.kind) {
    case 'process':
      return resource.role;
    case 'task':
      return 'task';
    case 'container':
      return resource.engine;
  }
}
