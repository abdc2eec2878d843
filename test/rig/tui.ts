import { nothingLeft } from './devstack.ts';
import type { Normaliser } from './golden.ts';
import { createRig, type Child } from './rig.ts';
import { devstackOnScreen, framed, programOnScreen, type Screen, type ScreenOptions } from './screen.ts';

/** `devstack up` on a terminal, over children that do what a test tells them. */
export interface TuiRig extends AsyncDisposable {
  readonly folder: string;
  readonly screen: Screen;
  child(name: string): Child;
  /** The next run of a service. */
  next(name: string): Promise<Child>;
  /** A service writes lines. */
  out(name: string, ...lines: readonly string[]): Promise<void>;
  write(file: string, text: string): string;
  /** Hides what was written so far: the order of what happens in one moment is not always the same. */
  clear(): Promise<void>;
  /** Starts it once more in the same project, after it has ended. */
  again(options?: Partial<ScreenOptions>): Promise<Screen>;
  /** Quits and waits for the end. */
  quit(): Promise<Awaited<Screen['exit']>>;
}

export interface TuiOptions extends Partial<ScreenOptions> {
  /** Of workers; `api` and `web` when none are given. */
  readonly names?: readonly string[];
  /** Lines of the config: `const x = …;` and what is added to the resources. */
  readonly more?: string;
  readonly resources?: readonly string[];
  readonly option?: string;
  readonly args?: readonly string[];
  /** As people call it, with a shell in between. */
  readonly isProgram?: boolean;
  /** What is awaited before the test begins. */
  readonly until?: string | RegExp;
}

export async function createTuiRig(options: TuiOptions = {}): Promise<TuiRig> {
  const { names = ['api', 'web'], more = '', resources = [], option = '', args = ['up'] } = options;
  const start = options.isProgram ? programOnScreen : devstackOnScreen;
  const rig = await createRig();
  const folder = rig.folder;
  const workers = names.map((name) => `const ${name} = worker({ dev: ${JSON.stringify(rig.command(name))} });`);
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service, task, worker } from 'devstack';
${workers.join('\n')}
${more}
export default defineConfig({ name: 'shop', ${option} resources: { ${[...names, ...resources].join(', ')} } });\n`,
  );
  const open = (change: Partial<ScreenOptions>): Screen =>
    start(args, { cwd: folder, ...options, ...change, env: { ...rig.env, ...options.env, ...change.env } });
  let screen = open({});
  let children = new Map<string, Child>();
  const meet = async (): Promise<void> => {
    // Of a config that does not load this tells.
    await screen.until(options.until ?? /all \d+ ready|ready in/);
    children = new Map(
      await Promise.all(names.map(async (name): Promise<[string, Child]> => [name, await rig.next(name)])),
    );
  };
  const child = (name: string): Child => {
    const found = children.get(name);
    if (!found) throw new Error(`${name} is no child of the test`);
    return found;
  };
  const made: TuiRig = {
    folder,
    get screen() {
      return screen;
    },
    child,
    async next(name) {
      const found = await rig.next(name);
      children.set(name, found);
      return found;
    },
    async out(name, ...lines) {
      await child(name).do('out', { text: lines.map((line) => `${line}\n`).join('') });
    },
    write: (file, text) => rig.write(file, text),
    async clear() {
      screen.press('C');
      await screen.until('cleared');
    },
    async again(change = {}) {
      screen = open(change);
      await meet();
      return screen;
    },
    async quit() {
      screen.press('ctrl-c');
      return screen.exit;
    },
    async [Symbol.asyncDispose]() {
      await screen[Symbol.asyncDispose]();
      await nothingLeft(folder);
      await rig[Symbol.asyncDispose]();
    },
  };
  try {
    await meet();
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
  return made;
}

/** What processes use comes some seconds later; the instance is named for its folder. */
export const DIFFERS: readonly Normaliser[] = [
  { pattern: / \d+% \d+M/g, replace: (match) => ' '.repeat(match.length) },
  { pattern: /shop-[\da-f]{6}/g, replace: () => 'shop-~~~~~~' },
];

/** Rows of a screen that are not as the frame of the interface has to be: header, footer, and one border column. */
export function torn(screen: Screen, border: number, stack = 'shop'): readonly string[] {
  const cells = screen.cells();
  const problems: string[] = [];
  if (!screen.text()[0]?.startsWith(` ${stack} `)) problems.push('the header is not in the first row');
  for (const [row, line] of cells.entries()) {
    if (row === 0 || row === cells.length - 1) continue;
    if (line[border]?.char !== '│') problems.push(`row ${row} has ${JSON.stringify(line[border]?.char)} for a border`);
  }
  return problems.length === 0 ? [] : [...problems, framed(screen.text())];
}
