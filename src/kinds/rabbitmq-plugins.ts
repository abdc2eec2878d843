import type { ServerSpec } from './kind.ts';

/** Nothing that was not asked for but the pages of `managementUrl`: each plugin makes the start longer. */
export function pluginsFile({ resource }: ServerSpec): string {
  const asked = resource.settings.options['plugins'];
  const more = Array.isArray(asked) ? asked.map(String) : [];
  return `[${[...new Set(['rabbitmq_management', ...more])].join(',')}].\n`;
}

/** Prints the folders of the plugins in `asked` and of what they need; nothing where one of them is not there unpacked. */
const NEEDED = `
FNR == 1 {
  app = FILENAME; sub(/[.]app$/, "", app); sub(/.*[/]/, "", app)
  folder[app] = FILENAME; sub(/[/]ebin[/][^/]*$/, "", folder[app]); inside = 0
}
/[{]applications/ { sub(/.*[{]applications/, ""); inside = 1 }
inside {
  names = $0; sub(/[]].*/, "", names); gsub(/[^A-Za-z0-9_]+/, " ", names); needs[app] = needs[app] " " names
  if (index($0, "]")) inside = 0
}
END {
  count = split(asked, queue, " ")
  for (i = 1; i <= count; i++) if (!(queue[i] in folder)) exit
  for (i = 1; i <= count; i++) {
    if (seen[queue[i]]++ || !(queue[i] in folder)) continue
    print folder[queue[i]]
    found = split(needs[queue[i]], more, " ")
    for (j = 1; j <= found; j++) queue[++count] = more[j]
  }
}`;

/**
 * Lines for the file its scripts read first. A server looks at every module of every plugin it sees, at each start; it is shown, in
 * `folder`, those that are enabled and what they need. Its tool for plugins has it see all again; whoever sets
 * RABBITMQ_PLUGINS_DIR decides alone.
 */
export const fewPlugins = (folder: string, enabledFile: string): string => `few=${quoted(folder)}
show() { while read -r one; do [ -e "$few/\${one##*/}" ] || ln -s "$one" "$few" || return 1; done; }
case "$0$RABBITMQ_PLUGINS_DIR$PLUGINS_DIR" in
*/rabbitmq-server)
  asked="rabbit $(tr -c A-Za-z0-9_ ' ' <${quoted(enabledFile)})" &&
  needed=$(awk -v asked="$asked" '${NEEDED}' "$RABBITMQ_HOME"/plugins/*/ebin/*.app) && [ -n "$needed" ] &&
  rm -rf "$few" && mkdir -p "$few" && printf '%s\\n' "$needed" | show && export RABBITMQ_PLUGINS_DIR="$few"
  ;;
*/rabbitmq-plugins)
  [ ! -d "$few" ] || ls -d "$RABBITMQ_HOME"/plugins/*-* | show
  ;;
esac 2>/dev/null || :
`;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
