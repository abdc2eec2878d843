// Needs one session from its first statement to its last, as migrations do.
import pg from 'pg';

const client = new pg.Client(process.env.URL);
await client.connect();
await client.query('select pg_advisory_lock(1)');
await client.query(`set lock_timeout = '7s'`);
await client.query('create table if not exists migrated (locked boolean, setting text, "from" inet)');
await client.query('delete from migrated');
await client.query(
  `insert into migrated select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
     current_setting('lock_timeout'), inet_client_addr()`,
);
await client.end();
