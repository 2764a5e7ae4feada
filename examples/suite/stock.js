/** How many of an article the stock service has. */
export async function stockOf(article) {
  const answer = await fetch(`${process.env.STOCK_URL}/stock/${article}`);
  if (!answer.ok) throw new Error(`the stock service answered ${answer.status}`);
  const { count } = await answer.json();
  return count;
}

/** The same, or nothing where the stock service does not answer. */
export async function stockOrNothing(article) {
  try {
    return await stockOf(article);
  } catch {
    return null;
  }
}
