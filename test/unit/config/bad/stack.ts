import type { BadConfig } from './bad-config.ts';

/** Names, groups and what only the whole stack shows. */
export const badStacks: readonly BadConfig[] = [
  {
    rule: 'two keys do not become one name',
    config: `const a = service({ dev: 'a' });
const b = service({ dev: 'b' });
export default defineConfig({ resources: { orderService: a, order_service: b } });`,
    problems: ['devstack.config.ts:3  orderService and order_service both become "order-service". Rename one of them.'],
  },
  {
    rule: 'one resource has one name',
    config: `const a = service({ dev: 'a' });
export default defineConfig({ resources: { a, b: a } });`,
    problems: ['devstack.config.ts:2  a and b are the same service(). List it once; groups give other names.'],
  },
  {
    rule: 'a name has letters, digits and dashes',
    config: `const a = (n: string) => service({ dev: n });
export default defineConfig({ resources: { '../x': a('1'), 'a b': a('2'), '🚀': a('3'), "o'clock": a('4'), 'a\\nb': a('5'), '$x': a('6'), '1st': a('7'), 'x-': a('8'), '': a('9') } });`,
    problems: [
      'devstack.config.ts:2  resources: "../x" cannot be a name: it must begin with a letter.',
      'devstack.config.ts:2  resources: "a b" cannot be a name: only letters, digits, - and _ are allowed.',
      'devstack.config.ts:2  resources: "🚀" cannot be a name: it must begin with a letter.',
      'devstack.config.ts:2  resources: "o\'clock" cannot be a name: only letters, digits, - and _ are allowed.',
      'devstack.config.ts:2  resources: "a\\nb" cannot be a name: only letters, digits, - and _ are allowed.',
      'devstack.config.ts:2  resources: "$x" cannot be a name: it must begin with a letter.',
      'devstack.config.ts:2  resources: "1st" cannot be a name: it must begin with a letter.',
      'devstack.config.ts:2  resources: "x-" cannot be a name: - and _ must stand between letters or digits.',
      'devstack.config.ts:2  resources: "" cannot be a name: it is empty.',
    ],
  },
  {
    rule: 'a name is not too long',
    config: `export default defineConfig({ resources: { ['a'.repeat(41)]: service({ dev: 'a' }) } });`,
    problems: [
      'devstack.config.ts:2  resources: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" cannot be a name: it has 41 characters, 40 are allowed.',
    ],
  },
  {
    rule: 'a name is not reserved',
    config: `export default defineConfig({ resources: { localhost: service({ dev: 'a' }), constructor: service({ dev: 'b' }) } });`,
    problems: [
      'devstack.config.ts:2  resources: "localhost" cannot be a name: it is reserved.',
      'devstack.config.ts:2  resources: "constructor" cannot be a name: it is reserved.',
    ],
  },
  {
    rule: 'a stack has a proper name',
    config: `export default defineConfig({ name: '../shop', resources: { a: service({ dev: 'a' }) } });`,
    problems: ['devstack.config.ts:2  name: "../shop" cannot be a name: it must begin with a letter.'],
  },
  {
    rule: 'a stack has resources',
    config: `export default defineConfig({ resources: {} });`,
    problems: ['devstack.config.ts:2  The stack has no resources. Write resources: { api: service({ … }) }.'],
  },
  {
    rule: 'resources is an object',
    config: `export default defineConfig({ resources: [service({ dev: 'a' })] as never });`,
    problems: [
      'devstack.config.ts:2  resources must be an object of resources, not a list. Write resources: { db, api }.',
    ],
  },
  {
    rule: 'resources contains resources',
    config: `const fleet = each(['a', 'b'], (name) => service({ dev: name }));
export default defineConfig({ resources: { fleet, x: { dev: 'a' } } as never });`,
    problems: [
      'devstack.config.ts:3  resources.fleet is an object of resources, not a resource. Spread it: ...fleet',
      'devstack.config.ts:3  resources.x is an object, not a resource. Make it with service(), postgres() and the like.',
    ],
  },
  {
    rule: 'a database is not listed',
    config: `const db = postgres();
export default defineConfig({ resources: { db, billing: db.addDatabase('billing') } });`,
    problems: [
      'devstack.config.ts:3  resources.billing is a database of "db", not a server of its own. Take it out of resources and use its values.',
    ],
  },
  {
    rule: 'gates form no circle',
    config: `const migrate = task({ run: 'a', dependsOn: [] });
const api = service({ dev: 'a', dependsOn: migrate });
const options = { run: 'b', dependsOn: [] as never[] };
const seed = task(options);
const web = service({ dev: 'c', dependsOn: seed });
options.dependsOn.push(web as never);
export default defineConfig({ resources: { migrate, api, seed, web } });`,
    problems: [
      'devstack.config.ts:5  dependsOn forms a circle: seed → web → seed. Remove one. A URL alone (env) never needs dependsOn.',
    ],
  },
  {
    rule: 'containers that read each other form a circle',
    config: `const a = container({ image: 'a', env: () => ({ B: b.url }) });
const b = container({ image: 'b', env: { A: a.url } });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      'devstack.config.ts:2  These wait for each other: a → b → a. A value of infra or a container waits until that is ready. Remove one of them.',
    ],
  },
  {
    rule: 'a group contains resources',
    config: `const a = service({ dev: 'a' });
export default defineConfig({ resources: { a }, groups: { back: ['a'] as never, front: 3 as never } });`,
    problems: [
      'devstack.config.ts:3  groups.back must contain resources, not "a". Use the constant without quotes: a',
      'devstack.config.ts:3  groups.front must contain resources, not 3.',
    ],
  },
  {
    rule: 'a group contains listed resources',
    config: `const a = service({ dev: 'a' });
const b = service({ dev: 'b' });
export default defineConfig({ resources: { a }, groups: { back: [a, b] } });`,
    problems: [
      'devstack.config.ts:3  This service() is used by groups.back but has no name. Add it: resources: { b, … }',
    ],
  },
  {
    rule: 'a group does not have the name of a resource',
    config: `const api = service({ dev: 'a' });
export default defineConfig({ resources: { api }, groups: { api: [api] } });`,
    problems: [
      'devstack.config.ts:3  groups.api has the name of a resource. Name one of them differently: both are used on the command line.',
    ],
  },
  {
    rule: 'default contains names there are',
    config: `const api = service({ dev: 'a' });
export default defineConfig({ resources: { api }, default: ['apii' as never, api as never] });`,
    problems: [
      'devstack.config.ts:3  default: no resource or group "apii". Did you mean "api"?',
      'devstack.config.ts:3  default must contain names, not the whole service "api". Put its name in quotes.',
    ],
  },
  {
    rule: 'an unknown option of the stack is named',
    config: `export default defineConfig({ resource: {}, resources: { a: service({ dev: 'a' }) } } as never);`,
    problems: ['devstack.config.ts:2  stack has no option "resource". Did you mean "resources"?'],
  },
  {
    rule: 'options of the stack have the right type',
    config: `export default defineConfig({ resources: { a: service({ dev: 'a' }) }, logs: { maxBytes: '1GB' as never }, infra: 'mine' as never, promote: { kind: { cluster: 'Shop', output: '../elsewhere', nodes: 0 } } });`,
    problems: [
      'devstack.config.ts:2  stack.logs.maxBytes must be a number of bytes or an amount like \'512Mi\', not "1GB".',
      "devstack.config.ts:2  stack.infra must be 'own' or 'shared', not \"mine\".",
      'devstack.config.ts:2  stack.promote.kind.cluster must be a name of at most 50 lower case letters, digits and -, not "Shop".',
      'devstack.config.ts:2  stack.promote.kind.output must be a file below the folder of the config, not "../elsewhere".',
      'devstack.config.ts:2  stack.promote.kind.nodes must be a number of nodes (1 to 20), not 0.',
    ],
  },
  {
    rule: 'everything is reported at once, by line',
    config: `const db = postgres({ verison: '17' } as never);
const api = service({
  dev: 'a',
  cwd: './apii',
  port: 'atuo' as never,
  env: { X: db },
});
const web = service({});
export default defineConfig({ resources: { db, api, web }, default: ['wbe' as never] });`,
    files: { 'api/': '' },
    problems: [
      'devstack.config.ts:2  db has no option "verison". Did you mean "version"?',
      'devstack.config.ts:5  api.cwd ./apii does not exist. Did you mean ./api?',
      'devstack.config.ts:6  api.port must be a port number (1 to 65535) or \'auto\', not "atuo".',
      'devstack.config.ts:7  api.env.X is the whole postgres "db". Pick a value: db.url (usual), db.host, db.port …',
      "devstack.config.ts:9  web has no dev, image or build: nothing to run. Add dev: 'npm run dev', or an image.",
      'devstack.config.ts:10  default: no resource or group "wbe". Did you mean "web"?',
    ],
  },
  {
    rule: 'keys are of a preset',
    config: "export default defineConfig({ resources: { api: service({ dev: 'x' }) }, keys: 'mprocks' as never });",
    problems: [
      'devstack.config.ts:2  stack.keys must be \'mprocs\' or \'process-compose\', not "mprocks". Did you mean "mprocs"?',
    ],
  },
  {
    rule: 'keys are given to actions there are, once, and are keys',
    config: `export default defineConfig({
  resources: { api: service({ dev: 'x' }) },
  keys: {
    preset: 'vim',
    restrat: 'F2',
    stop: 'F99, F4',
    start: 'F5',
    restart: 'F6, F5',
    quit: 'none',
  } as never,
});`,
    problems: [
      "devstack.config.ts:5  stack.keys.preset must be 'mprocs' or 'process-compose', not \"vim\".",
      'devstack.config.ts:6  stack.keys has no option "restrat". Did you mean "restart"?',
      "devstack.config.ts:7  stack.keys.stop must be a key like 'F2' or 'Ctrl-R', several with commas between them, or 'none', not \"F99, F4\".",
      'devstack.config.ts:9  stack.keys: F5 is given to both start and restart. Take another key for one of them.',
    ],
  },
  {
    rule: 'compose is given names it takes',
    config: `export default defineConfig({
  resources: { api: service({ dev: 'x' }) },
  promote: { compose: {
    file: '../compose.yaml',
    project: 'My Shop',
    registry: 'https://ghcr.io/Shop/',
  } },
});`,
    problems: [
      'devstack.config.ts:5  stack.promote.compose.file must be a file below the folder of the config that ends in .yaml or .yml, not "../compose.yaml".',
      'devstack.config.ts:6  stack.promote.compose.project must be a name of lower case letters, digits, - and _, not "My Shop".',
      'devstack.config.ts:7  stack.promote.compose.registry must be a registry, and what comes before the names of its images, for example \'ghcr.io/shop\', not "https://ghcr.io/Shop/".',
    ],
  },
];
