/** GitHub Actions reads what a step prints. Asked by every command, so it loads nothing. */
export function isGithub(env: NodeJS.ProcessEnv): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}
