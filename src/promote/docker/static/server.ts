import { FOR_BROWSERS } from '../../browser.ts';
import { LABELS } from '../pieces.ts';
import type { BaseImage } from '../recipe.ts';

export const SERVER_IMAGE = 'nginxinc/nginx-unprivileged:1.29-alpine';
export const SERVER_PORT = 8080;
export const SERVER_USER = 101;
export const SERVER_COMMAND = ['nginx', '-g', 'daemon off;'];
/** It keeps its pid and what it buffers in /tmp, and there the settings are written. */
export const SERVER_WRITABLE = ['/tmp'];

/** Names of variables that a page may get to see. */
const PUBLIC = FOR_BROWSERS.join('|');

const SITE = [
  'server {',
  `  listen ${SERVER_PORT};`,
  '  root /usr/share/nginx/html;',
  '  server_tokens off;',
  '  absolute_redirect off;',
  '  gzip on;',
  '  gzip_types text/css application/javascript application/json image/svg+xml;',
  '  add_header X-Content-Type-Options nosniff always;',
  '  location = /healthz { access_log off; default_type text/plain; return 200 "ok\\n"; }',
  '  location = /config.js { alias /tmp/config.js; expires -1; }',
  '  location ~ ^/(assets|static|_astro|_app/immutable)/ { expires 1y; }',
  '  location / { expires -1; try_files $uri $uri/ /index.html; }',
  '}',
];

/** The image runs what is in this folder before the server, so there is no entrypoint to write. */
const SETTINGS = [
  '#!/bin/sh',
  "awk 'BEGIN {",
  '  printf "window.__CONFIG__ = {"',
  '  for (name in ENVIRON) {',
  `    if (name !~ /^(${PUBLIC})_/) continue`,
  '    value = ENVIRON[name]',
  '    gsub(/\\\\/, "\\\\\\\\", value); gsub(/"/, "\\\\\\"", value); gsub(/\\n/, "\\\\n", value); gsub(/\\r/, "", value)',
  '    printf "%s\\"%s\\":\\"%s\\"", comma, name, value',
  '    comma = ","',
  '  }',
  '  print "};"',
  "}' > /tmp/config.js",
];

/** The stages that serve the files in `from` of the stage `files`. */
export function staticServer(baseImage: BaseImage, from: string): readonly string[] {
  const image = baseImage(SERVER_IMAGE);
  return [
    `# The site: unknown paths are pages of the application, /config.js holds what is public of the environment.
FROM ${image} AS settings
USER 0
RUN mkdir -p /settings && ${printed(SITE)} > /settings/site.conf
RUN ${printed(SETTINGS)} > /settings/50-config.sh && chmod 755 /settings/50-config.sh`,
    `FROM ${image}
COPY --from=settings /settings/site.conf /etc/nginx/conf.d/default.conf
COPY --from=settings /settings/50-config.sh /docker-entrypoint.d/50-config.sh
COPY --from=files ${from} /usr/share/nginx/html
USER ${SERVER_USER}:${SERVER_USER}
EXPOSE ${SERVER_PORT}
${LABELS}
CMD [${SERVER_COMMAND.map((word) => `"${word}"`).join(', ')}]`,
  ];
}

/** Lines of a file, printed by a shell. */
function printed(lines: readonly string[]): string {
  const quoted = lines.map((line) => `'${line.replaceAll("'", `'\\''`)}'`);
  return `printf '%s\\n' \\\n    ${quoted.join(' \\\n    ')} \\\n   `;
}
