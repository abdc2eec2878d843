/** The error says that no more watches may be set. */
export function limitOf(error: unknown): 'ENOSPC' | 'EMFILE' | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EMFILE' ? code : undefined;
}

/** What reached its limit, and the command that raises it. */
export function problemOf(limit: string, directory: string): string {
  const [setting, value] =
    limit === 'ENOSPC' ? ['fs.inotify.max_user_watches', 524_288] : ['fs.inotify.max_user_instances', 1024];
  return (
    `The system allows no more file watches (${limit} at ${directory}); that part is polled once a second instead. ` +
    `To raise the limit: sudo sysctl ${setting}=${value}`
  );
}
