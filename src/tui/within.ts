/** True once that time has passed. */
export function within(ms: number): () => boolean {
  const until = performance.now() + ms;
  return () => performance.now() > until;
}
