/** Actions of others by the commits of their releases: a tag may be another one tomorrow. */
const RELEASES = {
  'actions/checkout': ['3d3c42e5aac5ba805825da76410c181273ba90b1', 'v7.0.1'],
  'actions/setup-go': ['b7ad1dad31e06c5925ef5d2fc7ad053ef454303e', 'v7.0.0'],
  'actions/setup-node': ['820762786026740c76f36085b0efc47a31fe5020', 'v7.0.0'],
  'actions/setup-python': ['5fda3b95a4ea91299a34e894583c3862153e4b97', 'v7.0.0'],
  'aquasecurity/trivy-action': ['ed142fd0673e97e23eac54620cfb913e5ce36c25', 'v0.36.0'],
  'docker/build-push-action': ['53b7df96c91f9c12dcc8a07bcb9ccacbed38856a', 'v7.3.0'],
  'docker/login-action': ['4907a6ddec9925e35a0a9e82d7399ccc52663121', 'v4.1.0'],
  'docker/setup-buildx-action': ['37fe631027851001ddb9b187196cc803df7f5f0e', 'v4.3.0'],
} as const;

export type ActionName = keyof typeof RELEASES;

export function action(name: ActionName): string {
  return `${name}@${RELEASES[name][0]}`;
}

/** With the version after each commit, which a person reads, and tools that update them go by. */
export function withVersions(text: string): string {
  return Object.values(RELEASES).reduce<string>(
    (all, [commit, version]) => all.replaceAll(`@${commit}\n`, `@${commit} # ${version}\n`),
    text,
  );
}
