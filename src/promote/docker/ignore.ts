/** What no image is to hold: history, settings of editors, and whatever usually is secret. */
const NEVER = [
  '.git',
  '.github',
  '.gitlab-ci.yml',
  '.devstack',
  '**/.DS_Store',
  '**/.idea',
  '**/.vscode',
  '**/.env',
  '**/.env.*',
  '**/.npmrc',
  '**/.netrc',
  '**/.pypirc',
  '**/.aws',
  '**/.docker',
  '**/.kube',
  '**/.ssh',
  '**/*.key',
  '**/*.pem',
  '**/*.p12',
  '**/*.pfx',
  '**/*.jks',
  '**/*.tfstate*',
  '**/id_rsa*',
  '**/id_ed25519*',
  '**/*.log',
  '**/Dockerfile*',
  '**/.dockerignore',
  '**/compose*.yaml',
  '**/docker-compose*.y*ml',
  'deploy/docker',
];

export function ignoreLines(more: readonly string[]): readonly string[] {
  return [...NEVER, ...more];
}
