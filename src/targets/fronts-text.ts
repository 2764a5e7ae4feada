/** `db at 10.0.0.5:5432, to be reached at 127.0.0.1:5433`, for each of several with its name. */
export function frontsText(
  name: string,
  fronts: readonly { readonly component: string; readonly address: string; readonly listen: string }[],
): string {
  const places = fronts.map(({ component, address, listen }) => {
    const place = `at ${address}, to be reached at ${listen}`;
    return component === name ? place : `${component} ${place}`;
  });
  return `${name} ${places.join('; ')}`;
}
