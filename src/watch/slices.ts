/** Runs the steps to their end in slices, so that nothing else waits longer than one slice. */
export async function inSlices(steps: Iterator<unknown>, sliceMs = 8): Promise<void> {
  for (;;) {
    const end = performance.now() + sliceMs;
    do {
      if (steps.next().done === true) return;
    } while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
