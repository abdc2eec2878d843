import type { WorkloadCheck, WorkloadHealth } from '../workload.ts';
import { literal } from './variables.ts';

/** As compose runs it inside of the container. */
export function healthcheckOf({ check, intervalMs, timeoutMs, retries, startPeriodMs }: WorkloadHealth) {
  return {
    test: testOf(check),
    interval: seconds(intervalMs),
    timeout: seconds(timeoutMs),
    retries,
    start_period: seconds(startPeriodMs),
  };
}

export function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function testOf(check: WorkloadCheck): readonly string[] {
  switch (check.kind) {
    case 'command': {
      const [shell, option, script] = check.argv;
      const isShell = /^(?:\/bin\/)?sh$/.test(shell ?? '') && option === '-c' && check.argv.length === 3;
      return isShell && script !== undefined ? ['CMD-SHELL', literal(script)] : ['CMD', ...check.argv.map(literal)];
    }
    case 'http':
      return overHttp(check).map(literal);
    case 'tcp':
      return overTcp(check.port, check.tool).map(literal);
  }
}

/** What it calls itself is not asked of a certificate: it is asked as 127.0.0.1. */
function overHttp({ scheme, port, path, tool }: Extract<WorkloadCheck, { kind: 'http' }>): readonly string[] {
  const asked = quotable(path);
  const url = `${scheme}://127.0.0.1:${port}${asked}`;
  const isSecure = scheme === 'https';
  switch (tool) {
    case 'node': {
      const options = isSecure ? ', { rejectUnauthorized: false }' : '';
      const answered = '(r) => process.exit(r.statusCode < 400 ? 0 : 1)';
      return [
        'CMD',
        'node',
        '-e',
        `require('node:${scheme}').get('${url}'${options}, ${answered}).on('error', () => process.exit(1))`,
      ];
    }
    case 'python': {
      const context = isSecure ? ', context=ssl._create_unverified_context()' : '';
      const modules = isSecure ? 'ssl, urllib.request' : 'urllib.request';
      return ['CMD', 'python', '-c', `import ${modules}; urllib.request.urlopen('${url}'${context})`];
    }
    case 'wget':
      return ['CMD-SHELL', wget(url, isSecure)];
    case 'any': {
      const curl = `curl -fsS${isSecure ? 'k' : ''} -o /dev/null "${url}"`;
      const bash = isSecure ? bashTcp(port) : bashHttp(port, asked);
      return ['CMD-SHELL', `${wget(url, isSecure)} || ${curl} || ${bash}`];
    }
  }
}

/** What would end a quotation, or begin something in a shell, as a URL may also have it. */
function quotable(path: string): string {
  return path.replace(/['"`$\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

function wget(url: string, isSecure: boolean): string {
  return `wget -q ${isSecure ? '--no-check-certificate ' : ''}-O /dev/null "${url}"`;
}

/** Slim images of Debian have a bash that speaks TCP, and nothing else that does. */
function bashHttp(port: number, path: string): string {
  const ask = `printf "%s\\r\\n" "GET ${path} HTTP/1.0" "Host: 127.0.0.1" "" >&3`;
  return `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && ${ask} && head -n 1 <&3 | grep -q " [23]"'`;
}

function bashTcp(port: number): string {
  return `bash -c '</dev/tcp/127.0.0.1/${port}'`;
}

function overTcp(port: number, tool: Extract<WorkloadCheck, { kind: 'tcp' }>['tool']): readonly string[] {
  switch (tool) {
    case 'node': {
      const script = `require('node:net').connect(${port}, '127.0.0.1', () => process.exit(0)).on('error', () => process.exit(1))`;
      return ['CMD', 'node', '-e', script];
    }
    case 'python':
      return ['CMD', 'python', '-c', `import socket; socket.create_connection(('127.0.0.1', ${port}))`];
    case 'wget':
      return ['CMD', 'nc', '-z', '127.0.0.1', String(port)];
    case 'any':
      return ['CMD-SHELL', `nc -z 127.0.0.1 ${port} || ${bashTcp(port)}`];
  }
}
