import { Client } from 'pg';

const url = process.env.DATABASE_URL;
if (!url) {
  console.error('DATABASE_URL is not set; devstack sets it from db.url');
  process.exit(1);
}

const schema = `
  create table if not exists products (
    id integer primary key,
    name text not null,
    description text not null,
    price_cents integer not null check (price_cents > 0)
  );
  create table if not exists orders (
    id bigint generated always as identity primary key,
    product_id integer not null references products,
    quantity integer not null check (quantity > 0),
    status text not null default 'placed' check (status in ('placed', 'processed')),
    placed_at timestamptz not null default now(),
    processed_at timestamptz
  );
  create table if not exists order_queue (
    order_id bigint primary key references orders
  );
`;

const products = [
  [1, 'Field notebook', 'Dotted paper, lies flat, survives rain', 1250],
  [2, 'Brass pencil', 'Heavy enough to stay where you put it', 2400],
  [3, 'Desk lamp', 'Warm light, one switch, no app', 6900],
  [4, 'Wool blanket', 'For builds that take a little longer', 8500],
];

const client = new Client({ connectionString: url });
try {
  await client.connect();
  await client.query('begin');
  // Two migrations at once wait for each other.
  await client.query('select pg_advisory_xact_lock(7305)');
  await client.query(schema);
  for (const product of products) {
    await client.query(
      `insert into products (id, name, description, price_cents) values ($1, $2, $3, $4)
       on conflict (id) do update set name = $2, description = $3, price_cents = $4`,
      product,
    );
  }
  await client.query('commit');
  console.log(`schema is up to date, ${products.length} products`);
} catch (error) {
  const { hostname, port, pathname } = new URL(url);
  console.error(`migration of ${hostname}:${port}${pathname} failed: ${error.message || error.code}`);
  process.exitCode = 1;
} finally {
  await client.end().catch(() => {});
}
