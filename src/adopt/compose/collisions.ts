import type { ComposeService } from './service.ts';

/** One number of this machine for one of them: profiles may choose between several, and none gives way to one of those. */
export function withOwnPorts(services: readonly ComposeService[]): readonly ComposeService[] {
  const owners = new Map<string, string>();
  const claimed = [...services].sort((one, other) => Number(one.isOptional) - Number(other.isOptional));
  for (const { name, ports } of claimed)
    for (const { published, protocol } of ports) {
      const place = `${published}/${protocol}`;
      if (published !== undefined && !owners.has(place)) owners.set(place, name);
    }
  return services.map((service) => {
    const notes: string[] = [];
    const ports = service.ports.map(({ published, ...port }) => {
      const owner = published === undefined ? undefined : owners.get(`${published}/${port.protocol}`);
      if (published === undefined || owner === service.name)
        return published === undefined ? port : { ...port, published };
      notes.push(`port ${published} is that of ${owner} already: a free one is taken`);
      return port;
    });
    return notes.length === 0 ? service : { ...service, ports, notes: [...service.notes, ...notes] };
  });
}
