import type { Builder } from './adopted.ts';
import { value, type Entry } from './expression.ts';

const SERVER =
  /\b(?:vite|next|nuxt|astro|webpack(?:-dev-server| serve)|http-server|serve|server|runserver|flask|uvicorn|gunicorn|hypercorn|puma|rails s(?:erver)?|php -S|artisan serve|hugo|jekyll|storybook|ng serve|--port|PORT=)\b/;
const PORT = /(?:--port[= ]|-p |\bPORT=|localhost:|0\.0\.0\.0:|127\.0\.0\.1:)(\d{2,5})\b/;

/** A command of which nothing more is known: one that serves gets a port, every other is a worker. */
export function commandResource(command: string): { readonly builder: Builder; readonly options: readonly Entry[] } {
  const port = portIn(command);
  const isServer = port !== undefined || SERVER.test(command);
  const options: readonly Entry[] = [['dev', value(command)]];
  return {
    builder: isServer ? 'service' : 'worker',
    options: port === undefined ? options : [...options, ['port', value(port)]],
  };
}

export function portIn(text: string): number | undefined {
  const port = Number(PORT.exec(text)?.[1] ?? 0);
  return port > 0 && port < 65_536 ? port : undefined;
}

/** A word of a list as a shell reads it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./$-]+$/.test(word) ? word : `"${word.replace(/["\\`]/g, String.raw`\$&`)}"`;
