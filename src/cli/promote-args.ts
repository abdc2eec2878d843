import { Option, type Command } from 'commander';
import { LOCAL_CLUSTERS } from '../core/cluster.ts';
import { CI, GITOPS, MONITORING } from '../core/delivery.ts';
import { RESOURCES_WAYS } from '../promote/observed.ts';
import type { Context } from './context.ts';
import { SECRET_MODES } from '../core/secret-mode.ts';
import { duration, platforms, secretStore, share, tag, wholeNumber } from './option-values.ts';

/** What a part of the command table is made with. */
export interface CommandTable {
  readonly context: Context;
  readonly done: (exitCode: number) => void;
  command(usage: string, description: string): Command;
  json(): Option;
}

/** Those that have to do with running the stack without devstack. */
export function addPromoteCommands({ context, done, command, json }: CommandTable): void {
  command('promote', 'write files that run the stack without devstack: images and an orchestration')
    .addOption(
      new Option('--to <target>', 'what is to run it')
        .choices(['compose', 'kubernetes', 'helm', ...LOCAL_CLUSTERS])
        .makeOptionMandatory(),
    )
    .option('-o, --output <folder>', 'where files go; the default is deploy/compose, deploy/k8s or deploy/helm/<stack>')
    .addOption(
      new Option('--only <part>', 'a part of the stack (compose, and clusters on this machine)').choices(['infra']),
    )
    .option('--up', 'build, start, wait until all is healthy, and ask every public address (compose)', false)
    .option('--down', 'stop and remove what --up started; volumes stay (compose)', false)
    .option('--diff', 'say what would change; exit code 1 if anything', false)
    .option('--check', 'hold it against the rules, write nothing', false)
    .option('--explain', 'say thing by thing what is the same and what is not', false)
    .option('--stdout', 'print the file, or files, and write nothing', false)
    .option('--strict', 'what cannot be carried over is an error', false)
    .addOption(
      new Option(
        '--resources <way>',
        'what devstack up saw: as a comment beside the numbers, or as the numbers',
      ).choices(RESOURCES_WAYS),
    )
    .addOption(
      new Option('--secrets <mode>', 'who brings secrets to a cluster (kubernetes); the default is plain').choices(
        SECRET_MODES,
      ),
    )
    .option('--secret-store <store>', 'external-secrets: a store of the cluster, or SecretStore/name', secretStore)
    .option('--sealed-cert <file>', 'sealed-secrets: the certificate of the cluster (kubeseal --fetch-cert)')
    .optionsGroup('A cluster that is there (kubernetes):')
    .option('--apply', 'apply an overlay, wait until all is up, remove what is gone', false)
    .option('--context <name>', 'the context of kubectl it is in; never the current one by itself')
    .addOption(new Option('--overlay <name>', 'which').choices(['staging', 'production']).default('production'))
    .option('--tag <tag>', 'of the images in the registry, instead of that of the commit', tag)
    .optionsGroup('How it gets into a cluster (kubernetes):')
    .addOption(new Option('--gitops <tool>', 'write what makes this tool follow git').choices(GITOPS))
    .addOption(new Option('--ci <service>', 'write a workflow: test, build, scan, deploy').choices(CI))
    .addOption(new Option('--canary <percent>', 'lead so much of the requests to a new version').argParser(share))
    .addOption(new Option('--monitoring <way>', 'how Prometheus finds what it measures').choices(MONITORING))
    .optionsGroup('A cluster on this machine (kind, k3d, minikube):')
    .option('--delete', 'delete the cluster, with its data, after asking', false)
    .option('--keep-cluster', 'with --delete: only the namespace of the stack', false)
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(new Option('--nodes <count>', 'how many nodes a new cluster has').argParser(wholeNumber))
    .option('--node-image <image>', 'what nodes are made of, instead of what the tool comes with')
    .option('--recreate [server]', 'make the cluster anew; or one server, around its data')
    .addOption(
      new Option('--port-offset <number>', 'added to each port of this machine that leads inside').argParser(
        wholeNumber,
      ),
    )
    .option('--registry', 'push built images to a registry beside the cluster, instead of loading them (kind)', false)
    .addOption(
      new Option(
        '--with-data [how]',
        'copy the data of dev to servers that are empty there; =replace also to others, after asking',
      ).choices(['replace']),
    )
    .option('--prune-volumes', 'remove the data of servers that are no more in the stack', false)
    .addOption(
      new Option('--timeout <duration>', 'how long each wave of workloads may take')
        .argParser(duration)
        .default(300_000, '5m'),
    )
    .addOption(new Option('--json', 'a line of JSON for each event'))
    .action(async (options) => done(await (await import('./commands/promote.ts')).promote(context, options)));

  command('build [names...]', 'build the images of the promoted stack, under the names its compose file has')
    .option('--push', 'bring them to promote.compose.registry', false)
    .option('--tag <tag>', 'instead of that of the commit; `dev` is that of the base for Kubernetes', tag)
    .option('--platform <platforms>', 'linux/arm64, say; several (a,b) take docker buildx and --push', platforms)
    .addOption(json())
    .action(async (names: string[], options) =>
      done(await (await import('./commands/build.ts')).build(context, names, options)),
    );

  const images = command('images', 'list the images promotion uses and does not make, and whether they are locked')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/images.ts')).list(context, options)));
  images
    .command('update')
    .description('ask the registries what their tags mean now, and keep that in devstack.images.lock')
    .addOption(new Option('-c, --config <file>', 'config file, instead of looking for one'))
    .action(async (options) => done(await (await import('./commands/images.ts')).update(context, options)));

  command('lint', 'hold manifests of Kubernetes against rules; exit code 1 on a violation without an exemption')
    .addOption(
      new Option(
        '-f, --file <paths...>',
        'files, folders with all that is in them, - for standard input',
      ).makeOptionMandatory(),
    )
    .addOption(json())
    .addOption(new Option('--sarif', 'print SARIF 2.1.0, for code scanning').conflicts('json'))
    .action(async (options) => done(await (await import('./commands/lint.ts')).lint(context, options)));
}
