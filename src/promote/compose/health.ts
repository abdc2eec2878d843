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
      return overHttp(`http://127.0.0.1:${check.port}${check.path}`, check.tool).map(literal);
    case 'tcp':
      return overTcp(check.port, check.tool).map(literal);
  }
}

function overHttp(url: string, tool: Extract<WorkloadCheck, { kind: 'http' }>['tool']): readonly string[] {
  switch (tool) {
    case 'node':
      return [
        'CMD',
        'node',
        '-e',
        `fetch('${url}', { redirect: 'manual' }).then((r) => process.exit(r.status < 400 ? 0 : 1), () => process.exit(1))`,
      ];
    case 'python':
      return ['CMD', 'python', '-c', `import urllib.request; urllib.request.urlopen('${url}')`];
    case 'wget':
      return ['CMD', 'wget', '-q', '-O', '/dev/null', url];
    case 'any':
      return ['CMD-SHELL', `wget -q -O /dev/null ${url} || curl -fsS -o /dev/null ${url}`];
  }
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
    case 'any':
      return ['CMD-SHELL', `nc -z 127.0.0.1 ${port}`];
  }
}
