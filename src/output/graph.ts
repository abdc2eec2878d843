import { startOrder } from '../core/graph.ts';
import { resourceOf, roleOf, type Gate, type Resource, type Stack } from '../core/stack.ts';

const GATE_WORDS: Readonly<Record<Gate, string>> = { started: 'started', ready: 'ready', done: 'done' };

/** A tree: what nobody needs at the left, what it needs below it. Each in full once; addresses may go in circles. */
export function graphAsText(stack: Stack): string {
  const needed = new Set(stack.resources.flatMap((resource) => needsOf(resource).map(({ on }) => on)));
  const shown = new Set<string>();
  const lines: string[] = [];
  const branch = (name: string, note: string, own: string, below: string): void => {
    const resource = resourceOf(stack, name);
    const isKnown = shown.has(name);
    lines.push(`${own}${name} (${roleOf(resource)})${note}${isKnown ? ' (see above)' : ''}`);
    if (isKnown) return;
    shown.add(name);
    needsOf(resource).forEach(({ on, words }, index, all) => {
      const isLast = index === all.length - 1;
      branch(on, `: ${words}`, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`);
    });
  };
  const names = stack.resources.map(({ name }) => name);
  for (const name of names) if (!needed.has(name)) branch(name, '', '', '');
  // What is left names each other's addresses.
  for (const name of names) if (!shown.has(name)) branch(name, '', '', '');
  return lines.join('\n');
}

function needsOf(resource: Resource): readonly { readonly on: string; readonly words: string }[] {
  return [
    ...resource.dependencies.map(({ on, gate }) => ({ on, words: `waits until ${GATE_WORDS[gate]}` })),
    ...readsOf(resource).map((on) => ({ on, words: 'reads its address' })),
  ];
}

export function graphAsMermaid(stack: Stack): string {
  // Names such as `end` mean something to mermaid.
  const order = new Map(stack.resources.map(({ name }, index) => [name, `n${index}`]));
  const id = (name: string): string => order.get(name) ?? name;
  const lines = ['flowchart LR'];
  for (const resource of stack.resources) {
    const label = `${resource.name}<br/>${roleOf(resource)}`;
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
      kind: roleOf(resource),
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
