import { mysqlCopy } from './data-copy.ts';
import type { InfraEngine } from './kind.ts';
import { mysqlContainer, mysqlPromoted, mysqlFamily, mysqlHardened, mysqlNative, mysqlValues } from './mysql-family.ts';

export const mariadbEngine: InfraEngine = {
  ...mysqlFamily,
  engine: 'mariadb',
  version: '11.8',
  image: (version) => `mariadb:${version}`,
  values: mysqlValues('mariadb'),
  container: (spec) => mysqlContainer(spec, 'MARIADB'),
  promoted: (spec) => mysqlPromoted(spec, 'MARIADB'),
  hardened: mysqlHardened('mariadb-admin'),
  copy: mysqlCopy('MARIADB', 'mariadb', 'mariadb-dump'),
  native: mysqlNative({
    program: 'mariadbd',
    version: { args: ['--no-defaults', '--version'], pattern: /Ver (\d[\d.]*)\S*MariaDB/ },
    packages: { debian: 'mariadb-server', brew: 'mariadb' },
    create: ({ data, isRoot }) => [
      {
        file: 'mariadb-install-db',
        args: [
          '--no-defaults',
          `--datadir=${data}`,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
          '--skip-name-resolve',
          ...(isRoot ? ['--user=root'] : []),
        ],
      },
    ],
  }),
};
