import { mysqlCopy } from './data-copy.ts';
import type { InfraEngine } from './kind.ts';
import {
  dataArguments,
  mysqlContainer,
  mysqlPromoted,
  mysqlFamily,
  mysqlHardened,
  mysqlNative,
  mysqlValues,
} from './mysql-family.ts';

export const mysqlEngine: InfraEngine = {
  ...mysqlFamily,
  engine: 'mysql',
  version: '8.4',
  image: (version) => `mysql:${version}`,
  values: mysqlValues('mysql'),
  container: (spec) => mysqlContainer(spec, 'MYSQL'),
  promoted: (spec) => mysqlPromoted(spec, 'MYSQL'),
  hardened: mysqlHardened('mysqladmin'),
  copy: mysqlCopy('MYSQL', 'mysql', 'mysqldump'),
  native: mysqlNative({
    program: 'mysqld',
    // MariaDB answers to this name too, and says so.
    version: { args: ['--no-defaults', '--version'], pattern: /Ver (\d[\d.]*)(?!\S*MariaDB)\b(?!.*MariaDB)/ },
    packages: { debian: 'mysql-server', brew: 'mysql' },
    create: (at) => [{ file: at.program, args: [...dataArguments(at), '--initialize-insecure'] }],
  }),
};
