import { formatNumber } from '../../judge/quantity.js';
import type { DetailTable } from '../../model/detail-table.js';
import { type Html, html } from './html.js';
import { table } from './tables.js';

/**
 * A section that is a table, open.
 *
 * @param of - what it is about, for who hears the page
 */
export function detailSection(of: string, { title, columns, rows, more }: DetailTable): Html {
  return html`<details open><summary><strong>${title}</strong></summary>${table(columns, rows, `${title}, ${of}`)}${
    more === 0 ? null : html`<p class="muted">… and ${formatNumber(more)} more</p>`
  }</details>`;
}
