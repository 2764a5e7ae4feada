// The inventory service: names, prices and stock. The checkout asks it; it depends on nothing.
// Environment: PORT.
import { HttpError, serve } from './serve.mjs';

const items = {
  7: { id: '7', name: 'desk', price: 240, stock: 3 },
  42: { id: '42', name: 'lamp', price: 35, stock: 12 },
};

serve('items', async (id) => {
  const item = items[id];
  if (item === undefined) throw new HttpError(404, `no item ${id}`);
  return item;
});
