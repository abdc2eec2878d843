import { pack } from 'tar-stream';

/** Files for a container, readable by whatever user its server becomes. */
export async function archiveOf(files: readonly (readonly [path: string, text: string])[]): Promise<Buffer> {
  const archive = pack();
  for (const [path, text] of files) archive.entry({ name: path.replace(/^\/+/, ''), mode: 0o644 }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk);
  return Buffer.concat(chunks);
}
