import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import type { Stack } from '../../../core/stack.ts';
import type { GitopsTool } from '../../../core/delivery.ts';
import type { SecretModeName } from '../../../core/secret-mode.ts';
import { GITOPS_FOLDER, gitopsFiles } from '../../../promote/delivery/gitops.ts';
import type { SecretsPlace } from '../../../promote/delivery/gitops.ts';
import { releaseFiles } from '../../../promote/delivery/release.ts';
import { githubName, httpsUrl } from '../../../promote/delivery/repository.ts';
import type { Repository } from '../../../promote/delivery/repository.ts';
import type { FileTree } from '../../../promote/tree.ts';
import { compareTree, writeTree } from '../../../promote/write.ts';
import type { FileChange } from '../../../promote/write.ts';
import type { Context } from '../../context.ts';
import { originOf } from '../git.ts';
import type { Rendered } from '../kubernetes/render.ts';
import type { PromoteOptions } from '../options.ts';
import { canaryDelivery } from './canary.ts';
import { workflowOf } from './workflow.ts';

/** Files about how it gets into a cluster. What is not asked for stays as it is. */
export interface Delivery {
  readonly parts: readonly DeliveryPart[];
  /** Written where nothing is: from then on they belong to whoever deploys. */
  readonly once: FileTree;
  readonly said: readonly string[];
}

export interface DeliveryPart {
  readonly tree: FileTree;
  /** Where it is noted what was generated, below the root. */
  readonly record: string;
  /** Others note theirs there, too. */
  readonly isShared?: boolean;
}

const COMMAND = 'devstack promote --to kubernetes';

export async function deliveryOf(stack: Stack, rendered: Rendered, options: PromoteOptions): Promise<Delivery> {
  const { gitops, ci, canary } = options;
  const flag = gitops !== undefined ? '--gitops' : ci !== undefined ? '--ci' : undefined;
  if (flag === undefined && canary === undefined) return { parts: [], once: new Map(), said: [] };
  const { folder, made } = rendered;
  const repository = await repositoryOf(stack.root, flag);
  const release = { folder, cluster: made.cluster, imagePrefix: pushedPrefix(stack, repository, rendered) };
  const secrets = made.needed.length > 0 ? PLACES[options.secrets ?? 'plain'] : 'cluster';
  const parts: DeliveryPart[] = [];
  const once = new Map(releaseFiles(release));
  const said: string[] = [];
  if (canary !== undefined) {
    const tried = canaryDelivery(made, release, canary);
    parts.push(...tried.parts);
    for (const [name, text] of tried.once) once.set(name, text);
    said.push(...tried.said);
  }
  if (gitops !== undefined && repository) {
    const command = `${COMMAND} --gitops ${gitops}`;
    const hasCanary = canary !== undefined;
    const tree = gitopsFiles(gitops, made, { repository, folder, command, secrets, hasCanary });
    parts.push({ tree, record: `${GITOPS_FOLDER}/.generated.json` });
    if (secrets === 'files') said.push(`${gitops} reads git, and ${FILES}`);
    if (secrets === 'sops' && gitops === 'argocd')
      said.push(`Argo CD opens no files of sops by itself: it takes a plugin`);
    said.push(NEXT[gitops]);
  }
  if (ci !== undefined && repository) {
    const workflow = workflowOf(stack, { release, repository, secrets, isFollowed: gitops !== undefined });
    parts.push(...workflow.parts);
    said.push(...workflow.said);
  }
  return { parts, once, said };
}

/** Where each mode leaves the values of an overlay. */
const PLACES: Readonly<Record<SecretModeName, SecretsPlace>> = {
  plain: 'files',
  sops: 'sops',
  'external-secrets': 'cluster',
  'sealed-secrets': 'cluster',
  kubectl: 'cluster',
};

const FILES =
  'the Secrets of staging and production are made of files that git does not have: it takes --secrets external-secrets, sealed-secrets or sops';
const NEXT: Readonly<Record<GitopsTool, string>> = {
  argocd: `Next: commit these, and in the cluster of production: kubectl apply -f ${GITOPS_FOLDER}/argocd/production.yaml`,
  flux: `Next: commit these, and flux bootstrap with --path=${GITOPS_FOLDER}/flux/clusters/production`,
};

/** Where images are pushed to: what the config says, or the registry of the repository. */
function pushedPrefix({ compose }: Stack, repository: Repository | undefined, { made }: Rendered): string {
  const name = repository && githubName(repository.url);
  if (compose?.registry !== undefined || name === undefined) return made.cluster.imagePrefix;
  return `ghcr.io/${name.toLowerCase()}`;
}

/** Without a flag that needs it, none may be there. */
async function repositoryOf(root: string, flag: string | undefined): Promise<Repository | undefined> {
  const origin = await originOf(root);
  const url = origin && httpsUrl(origin.remote);
  if (origin && url !== undefined) return { url, branch: origin.branch, prefix: origin.prefix };
  if (flag === undefined) return undefined;
  const why = origin
    ? 'origin is a repository only this machine reaches'
    : 'git knows no origin of this folder: git remote add origin <url>';
  throw new FailureError({ code: 'usage', message: `${flag} says where others read the files from, and ${why}` });
}

export function changesOfDelivery(root: string, { parts, once }: Delivery): readonly FileChange[] {
  return [
    ...parts.flatMap((part) => changesOfPart(root, part)),
    ...[...once.keys()].map((name): FileChange => {
      return { path: name, kind: existsSync(path.join(root, name)) ? 'same' : 'new', isForeign: false };
    }),
  ];
}

function changesOfPart(root: string, { tree, record, isShared = false }: DeliveryPart): readonly FileChange[] {
  return compareTree(tree, { root, record }).filter((change) => !isShared || tree.has(change.path));
}

export function refuseDelivery(changes: readonly FileChange[]): void {
  const files = changes.filter(({ isForeign }) => isForeign).map((change) => change.path);
  const override = 'a file of your own beside it';
  if (files.length > 0) throw new FailureError({ code: 'file-edited', files, override });
}

export function writeDelivery(root: string, { parts, once }: Delivery): void {
  for (const part of parts) writeTree(part.tree, changesOfPart(root, part), { root, record: part.record });
  for (const [name, text] of once) {
    const file = path.join(root, name);
    if (existsSync(file)) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

export function tellDelivery(context: Context, { said }: Delivery): void {
  for (const line of said) context.say(line);
}
