import { expect, test } from 'vitest';
import { perTarget, postgres, secret, service } from '../../../../src/index.ts';
import { promoteResources } from '../../../rig/promote.ts';

const image = 'node:20-alpine';

test('a browser is given no secret and no address of the network inside', () => {
  const db = postgres();
  const api = service({ image, port: 3000, env: { DATABASE_URL: db.url } });
  const web = service({
    image,
    port: 8080,
    env: {
      API_URL: api.url,
      VITE_API_URL: api.publicUrl,
      VITE_TITLE: 'Shop',
      PUBLIC_DEV: perTarget({ dev: api.url, default: api.publicUrl }),
      NEXT_PUBLIC_API: `${api.url}/v1`,
      VITE_HOST: perTarget({ dev: 'localhost', compose: api.host }),
      PUBLIC_KEY: secret('KEY'),
      REACT_APP_DB: db.url,
    },
  });
  const { plan } = promoteResources({ db, api, web });
  expect(plan.problems.map(({ code, message }) => [code, message])).toEqual([
    [
      'internal-address-for-browsers',
      'web.env.NEXT_PUBLIC_API uses api.url, an address inside the network, and a browser is given it. It needs api.publicUrl.',
    ],
    [
      'internal-address-for-browsers',
      'web.env.VITE_HOST uses api.host, an address inside the network, and a browser is given it. It needs api.publicUrl.',
    ],
    [
      'secret-for-browsers',
      'web.env.PUBLIC_KEY has a secret in it, and a browser is given what its name begins with: call it something else.',
    ],
    [
      'secret-for-browsers',
      'web.env.REACT_APP_DB has a secret in it, and a browser is given what its name begins with: call it something else.',
    ],
  ]);
});

test('what is written into pages when they are built is told', () => {
  const api = service({ cwd: 'api', dev: 'node server.mjs', env: { NEXT_PUBLIC_API: 'x', PUBLIC_NAME: 'y' } });
  expect(promoteResources({ api }).plan.notes.map(({ text }) => text)).toContain(
    'env.NEXT_PUBLIC_API is written into pages when they are built, and has no value then: read it at run time, or name a Dockerfile of your own with build.args',
  );
});
