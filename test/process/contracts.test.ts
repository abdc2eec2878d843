import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { attendServer } from '../../src/drivers/infra/attend.ts';
import type { AttendOptions } from '../../src/drivers/infra/attend.ts';
import type { ServerSpec } from '../../src/kinds/kind.ts';
import { serverSpec } from '../docker/infra-rig.ts';
import { Recorder } from '../docker/recorder.ts';
import { helloAnswer } from '../unit/kinds/mongo-wire.ts';
import { answering, listen } from './play.ts';

// No image of these servers is on test machines: a server of the test answers as the recorded contract has it.

/** What the infra driver does with a server once it has been started. */
function attend(spec: ServerSpec, more: Partial<AttendOptions> = {}) {
  const sink = new Recorder();
  const run = attendServer(
    (attended) => {
      attended.started({ containerId: 'none' });
      const end = () => attended.exited({ kind: 'code', code: 0 });
      return { stop: end, kill: end };
    },
    {
      spec,
      sink,
      runtime: { name: 'docker', version: 'none', reason: 'test' },
      root: '/',
      env: {},
      readyWithinMs: 60_000,
      unwanted: new AbortController().signal,
      ...more,
    },
  );
  return { run, sink };
}

const kindsOf = (sink: Recorder) => sink.events.map((event) => ('text' in event ? event.text : event.kind));

describe('MongoDB', () => {
  test('hello is enough; before that the refusal is told', async () => {
    let asked = 0;
    const port = await answering(() => {
      asked += 1;
      return asked < 3 ? undefined : helloAnswer({ isWritablePrimary: true });
    });
    const { sink } = attend(serverSpec('mongodb', { mongodb: port }));
    await sink.untilKind('ready');
    expect(kindsOf(sink)).toEqual([
      'started',
      `hello on 127.0.0.1:${port}: it closed the connection`,
      `hello on 127.0.0.1:${port} is answered`,
      'ready',
    ]);
  });

  test('a set of one is made, and ready means that it takes writes', async () => {
    let isWritablePrimary = false;
    const port = await answering(() => helloAnswer({ isWritablePrimary }));
    const spec = serverSpec('mongodb', { mongodb: port }, { options: { replicaSet: true } });
    let argv: readonly string[] = [];
    let sawReady = true;
    const { sink } = attend(spec, {
      exec: async (given) => {
        argv = given;
        sawReady = sink.events.some(({ kind }) => kind === 'ready');
        isWritablePrimary = true;
        return { code: 0, said: '' };
      },
    });
    await sink.untilKind('ready');
    expect([sawReady, argv.slice(0, 3)]).toEqual([false, ['mongosh', '--quiet', '--eval']]);
    expect(argv[3]).toContain(`members: [{ _id: 0, host: "mongodb:27017" }]`);
    expect(kindsOf(sink).slice(-3)).toEqual(['making the replica set', 'waiting for the primary', 'ready']);
  });

  test('a set that cannot be made is a failure with the words of the shell', async () => {
    const port = await answering(() => helloAnswer({ isWritablePrimary: false }));
    const spec = serverSpec('mongodb', { mongodb: port }, { options: { replicaSet: true } });
    const { sink } = attend(spec, { exec: async () => ({ code: 1, said: 'MongoServerError: no' }) });
    expect(await sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'container-failed',
        resource: 'mongodb',
        doing: 'making the replica set',
        reason: 'exit code 1: MongoServerError: no',
      },
    });
  });
});

describe('Kafka', () => {
  const answer = (...parts: readonly (readonly number[] | Buffer)[]) => {
    const body = Buffer.concat([Buffer.from([0, 0, 0, 1]), ...parts.map((part) => Buffer.from(part))]);
    const size = Buffer.alloc(4);
    size.writeInt32BE(body.length);
    return Buffer.concat([size, body]);
  };
  const versions = answer([0, 0, 0, 0, 0, 0]);
  const topicAnswer = (name: string, code: number) =>
    answer([0, 0, 0, 0, 0, 0, 0, 1, 0, name.length], Buffer.from(name), [0, code, 0xff, 0xff]);
  const apiOf = (message: Buffer) => message.readInt16BE(4);

  test('topics are asked for once it answers, and again until the controller is there', async () => {
    const asked: number[] = [];
    const port = await answering((message) => {
      asked.push(apiOf(message));
      if (apiOf(message) === 18) return versions;
      expect(message.includes('orders')).toBe(true);
      return topicAnswer('orders', asked.length < 4 ? 41 : 36);
    });
    const { sink } = attend(serverSpec('kafka', { kafka: port }, { options: { topics: ['orders'] } }));
    await sink.untilKind('ready');
    expect(asked).toEqual([18, 19, 19, 19]);
    expect(kindsOf(sink)).toContain('making its topics');
  });

  test('a topic the broker does not want is a failure, and it is stopped', async () => {
    const port = await answering((message) => (apiOf(message) === 18 ? versions : topicAnswer('orders', 17)));
    const { sink } = attend(serverSpec('kafka', { kafka: port }, { options: { topics: ['orders'] } }));
    expect(await sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'container-failed',
        resource: 'kafka',
        doing: 'making its topics',
        reason: `CreateTopics on 127.0.0.1:${port}: topic orders: error 17`,
      },
    });
    expect(sink.events.some(({ kind }) => kind === 'ready')).toBe(false);
  });
});

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

async function answeringHttp(answer: (asked: Asked, before: readonly Asked[]) => number) {
  const all: Asked[] = [];
  const port = await listen(
    createHttpServer((request, response) => {
      const asked = { method: request.method, url: request.url, headers: request.headers };
      response.writeHead(answer(asked, all), { connection: 'close' });
      all.push(asked);
      response.end('<Error/>');
    }),
  );
  return { port, all };
}

describe('MinIO', () => {
  test('buckets are made with a signature, and one that is there is fine', async () => {
    const { port, all } = await answeringHttp(({ method, url }, before) => {
      if (method === 'GET') return before.length < 2 ? 503 : 200;
      return url === '/old' ? 409 : 200;
    });
    const spec = serverSpec('minio', { s3: port, console: 1 }, { options: { buckets: ['old', 'new'] } });
    const { sink } = attend(spec);
    await sink.untilKind('ready');
    const line = ({ method, url }: Asked) => `${method} ${url}`;
    expect(all.map(line)).toEqual([
      ...Array.from({ length: 3 }, () => 'GET /minio/health/ready'),
      'PUT /old',
      'PUT /new',
    ]);
    for (const { headers } of all.slice(3)) {
      expect(headers.host).toBe(`127.0.0.1:${port}`);
      expect(headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=app\/\d{8}\/us-east-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
      );
    }
  });

  test('wrong keys are a failure', async () => {
    const { port } = await answeringHttp(({ method }) => (method === 'GET' ? 200 : 403));
    const { sink } = attend(serverSpec('minio', { s3: port, console: 1 }, { options: { buckets: ['new'] } }));
    expect(await sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'container-failed',
        resource: 'minio',
        doing: 'making bucket new',
        reason: 'PUT /new answers 403: <Error/>',
      },
    });
  });
});

describe('set-up over HTTP', () => {
  const spec = (port: number) => serverSpec('minio', { s3: port, console: 1 }, { options: { buckets: ['new'] } });

  test('an answer that breaks off in the middle is asked for again', async () => {
    let puts = 0;
    const port = await listen(
      createHttpServer((request, response) => {
        if (request.method === 'PUT' && ++puts === 1) {
          response.writeHead(200, { 'content-length': 10 });
          response.write('half', () => response.destroy());
        } else response.end();
      }),
    );
    const { sink } = attend(spec(port));
    await sink.untilKind('ready');
    expect(puts).toBe(2);
  });

  test('a stop does not wait for a server that says nothing', async () => {
    const unwanted = new AbortController();
    let hungUp = () => {};
    const ended = new Promise<void>((resolve) => (hungUp = resolve));
    const port = await listen(
      createHttpServer((request, response) => {
        if (request.method !== 'PUT') return void response.end();
        request.socket.once('close', hungUp);
        unwanted.abort();
      }),
    );
    attend(spec(port), { unwanted: unwanted.signal });
    await ended;
  });
});

test('Mailpit is ready when it says so on its web port', async () => {
  const { port, all } = await answeringHttp((_asked, before) => (before.length === 0 ? 503 : 200));
  const { sink } = attend(serverSpec('mailpit', { smtp: 1, web: port }));
  await sink.untilKind('ready');
  expect(all.map(({ url }) => url)).toEqual(['/readyz', '/readyz']);
});
