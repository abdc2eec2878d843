import type { ContainerResource } from '../core/stack.ts';
import { isStartable } from '../core/startable.ts';
import { isMissing, type EngineResult } from '../drivers/container/client.ts';
import { imageOf } from '../drivers/container/spec.ts';
import { findPostgresPackage, majorOf } from '../drivers/embedded/package.ts';

/** What would run a server here, as far as that can be told without a download; `fail`: nothing would. */
export interface Outlook {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly hint?: string;
}

export async function outlookOf(resource: ContainerResource, root: string, engine: EngineResult): Promise<Outlook> {
  if (!isStartable(resource)) return { state: 'fail', found: 'this version of devstack does not start it' };
  const { runtime } = resource;
  const reasons: string[] = [];
  if (runtime === 'native') reasons.push('native: a server of this machine is not available yet in this version');
  if (runtime === 'docker' || runtime === 'auto') {
    if (engine.kind === 'engine') {
      const image = imageOf(resource);
      const isHere = await hasImage(engine, image);
      return { state: 'ok', found: `container of ${image} (${isHere ? 'on this machine' : 'to be pulled'})` };
    }
    reasons.push(`docker: ${engine.reason}`);
  }
  if (runtime === 'docker' || runtime === 'native') return { state: 'fail', found: reasons.join('; ') };
  const major = majorOf(resource.version);
  const found = await findPostgresPackage(root, major);
  if (found.kind === 'missing') {
    const hint = found.install;
    return { state: 'fail', found: [...reasons, `embedded: ${found.reason}`].join('; '), ...(hint && { hint }) };
  }
  const isOther = major !== undefined && major !== found.major;
  const aside = isOther ? `; PostgreSQL ${major} is asked for` : '';
  const state = !isOther ? 'ok' : runtime === 'embedded' ? 'fail' : 'warn';
  return { state, found: `embedded PostgreSQL ${found.version}${aside}` };
}

async function hasImage(engine: Extract<EngineResult, { kind: 'engine' }>, image: string): Promise<boolean> {
  try {
    await engine.docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
