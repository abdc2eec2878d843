import type { StartSpec } from '../../core/driver.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { join } from 'node:path';
import { launch } from './launcher.ts';
import type { Launcher } from './launcher.ts';
import type { ServerCommand } from '../server/spawn.ts';
import type { Places } from './places.ts';

export function serverCommand(
  spec: StartSpec<ContainerResource>,
  at: {
    readonly places: Places;
    readonly launcher: Launcher;
    readonly port: number;
    readonly env: { readonly [name: string]: string | undefined };
  },
): ServerCommand {
  const { resource } = spec;
  const { places, launcher, port, env } = at;
  const settings = (values: { readonly [name: string]: string | number }) =>
    Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    ...launch(launcher, {
      file: join(places.native, 'bin/postgres'),
      args: [
        '-D',
        places.data,
        // As in the container image, whatever this machine is set to.
        ...settings({ timezone: 'UTC', log_timezone: 'UTC', fsync: resource.persist ? 'on' : 'off' }),
        ...argumentsOf(resource),
        // No socket file: its path may be too long, and its folder closed to the server's user.
        ...settings({ listen_addresses: '127.0.0.1', port, unix_socket_directories: '' }),
      ],
    }),
    cwd: places.data,
    env: { PATH: env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', ...spec.env },
    // Fast shutdown: sessions are ended, data is written.
    stopSignal: 'SIGINT',
    graceMs: resource.stop.graceMs,
    resource: resource.name,
    run: spec.run,
  };
}

/** The same words as for the image: `postgres -c name=value`, with or without the command itself. */
function argumentsOf(resource: ContainerResource): readonly string[] {
  const { command, args } = resource;
  const words = typeof command === 'string' ? command.trim().split(/\s+/) : (command ?? []);
  return [...words, ...args].filter((word, index) => index > 0 || word !== 'postgres');
}
