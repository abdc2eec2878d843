import { refsOf } from '../../core/ref.ts';
import type { Build } from '../../core/stack.ts';
import type { ResourceKind } from '../brand.ts';
import type { WrittenBuild } from '../options/process.ts';
import type { Listed, Scope } from '../scope.ts';
import { existingFolder } from './files.ts';

export function buildOf(written: WrittenBuild | undefined, path: string, scope: Scope): Build | undefined {
  if (!written) return undefined;
  const { dockerfile, target, platform, args = {}, secrets = {} } = written;
  checkArgs(args, `${path}.args`, scope);
  return {
    context: existingFolder(written.context ?? '.', written.context === undefined ? path : contextPath(path), scope),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    args,
    secrets,
  };
}

function contextPath(path: string): string {
  return `${path}.context`;
}

/** An image is made once and read by anyone who has it: no secrets, and no addresses that only the network inside knows. */
function checkArgs(args: Build['args'], path: string, scope: Scope): void {
  for (const [name, template] of Object.entries(args)) {
    const at = `${path}.${name}`;
    for (const ref of refsOf(template)) {
      const owner = ref.kind === 'resource' ? scope.reading.names.get(ref.resource) : undefined;
      if (ref.kind === 'secret' || (ref.kind === 'resource' && carriesPassword(ref.part, owner?.kind))) {
        const message = `${at} is a secret; build args stay readable in the image. Use build.secrets.`;
        scope.problem('secret-in-image', at, message);
        break;
      }
      if (ref.kind !== 'resource' || !owner || /(?:publicUrl|consoleUrl|webUrl|\.origin)$/.test(ref.part)) continue;
      const used = ref.part.replace(/^http\./, '');
      const message = `${at} uses ${owner.key}.${used}, an address inside the cluster. A browser needs ${publicValue(owner)}.`;
      scope.problem('internal-address-in-image', at, message);
      break;
    }
  }
}

function carriesPassword(part: string, kind: ResourceKind | undefined): boolean {
  if (/(?:^|\.)(?:password|secretKey)$/.test(part)) return true;
  const hasLogin = new Set<ResourceKind | undefined>(['postgres', 'mysql', 'mariadb', 'mongodb', 'rabbitmq']);
  return hasLogin.has(kind) && /(?:^|\.)(?:url|directUrl)$/.test(part);
}

function publicValue({ key, kind }: Listed): string {
  if (kind === 'service' || kind === 'container' || kind === 'minio') return `${key}.publicUrl`;
  if (kind === 'mailpit') return `${key}.webUrl`;
  return 'an address of a service';
}
