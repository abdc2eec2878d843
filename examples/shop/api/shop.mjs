import { DatabaseError, Pool } from 'pg';

/** The caller sent something that makes no sense. */
export class BadRequest extends Error {}
/** The database cannot be reached now. */
export class Unavailable extends Error {}

/** Postgres: foreign key violated, number too large for its column. */
const NO_SUCH_PRODUCT = new Set(['23503', '22003']);

export function createShop(databaseUrl) {
  const { hostname, port } = new URL(databaseUrl);
  const pool = new Pool({ connectionString: databaseUrl, max: 5, connectionTimeoutMillis: 2000 });
  let isReachable = true;
  // An idle connection broke; the next query opens another.
  pool.on('error', (error) => noteUnreachable(error));

  function noteUnreachable(error) {
    const reason = `database at ${hostname}:${port} is unreachable: ${error.message || error.code}`;
    if (isReachable) console.error(reason);
    isReachable = false;
    return new Unavailable(reason);
  }

  async function query(text, values) {
    try {
      const { rows } = await pool.query(text, values);
      if (!isReachable) console.log('database is back');
      isReachable = true;
      return rows;
    } catch (error) {
      // The server answered with an error of its own: 57… says that it is going down or coming up.
      if (error instanceof DatabaseError && !error.code?.startsWith('57')) throw error;
      throw noteUnreachable(error);
    }
  }

  return {
    async health() {
      await query('select 1');
      return { status: 'ok' };
    },

    products: () => query('select id, name, description, price_cents as "priceCents" from products order by id'),

    async placeOrder(input) {
      const { product, quantity } = input ?? {};
      if (!Number.isSafeInteger(product)) throw new BadRequest('product must be the id of a product');
      if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > 100) {
        throw new BadRequest('quantity must be a whole number from 1 to 100');
      }
      try {
        const [order] = await query(
          `with placed as (
             insert into orders (product_id, quantity) values ($1, $2) returning id, status
           ), queued as (
             insert into order_queue (order_id) select id from placed returning order_id
           )
           select placed.id::text, placed.status, pg_notify('orders', queued.order_id::text) from placed, queued`,
          [product, quantity],
        );
        return { id: order.id, product, quantity, status: order.status };
      } catch (error) {
        throw NO_SUCH_PRODUCT.has(error.code) ? new BadRequest(`there is no product ${product}`) : error;
      }
    },

    async order(id) {
      if (!/^\d{1,18}$/.test(id)) return undefined;
      const [order] = await query(
        `select id::text, product_id as product, quantity, status,
                placed_at as "placedAt", processed_at as "processedAt"
         from orders where id = $1`,
        [id],
      );
      return order;
    },

    close: () => pool.end(),
  };
}
