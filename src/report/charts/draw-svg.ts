// The one file that imports echarts. The build bundles it into one file with echarts inside (scripts/build.mjs), so that
// users of the package install none of its 67 MB.
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TitleComponent, SVGRenderer]);

/** What ECharts calls an option; checked by nobody, as its own type is. */
export type ChartOption = Readonly<Record<string, unknown>>;

export interface DrawOptions {
  /** In px of the drawing's own coordinates; the page scales it. */
  readonly width: number;
  readonly height: number;
  /** Goes before every id in the drawing, so that two on one page do not share one. */
  readonly idPrefix: string;
}

/** Draws without a DOM, scripts, hover or animation: the same text for the same input. */
export function drawSvg(option: ChartOption, { width, height, idPrefix }: DrawOptions): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return settled(chart.renderToSVGString(), idPrefix);
  } finally {
    // Its timers would keep the process alive.
    chart.dispose();
  }
}

/** Without what only hovering needs, and without the count of drawings that ECharts puts into ids. */
function settled(svg: string, idPrefix: string): string {
  return svg
    .replaceAll(/<style\s*>[\s\S]*?<\/style>\s*/g, '')
    .replaceAll(/ (class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*")/g, '')
    .replaceAll(/(?<=id="|url\(#)zr\d+-/g, `${idPrefix}-`)
    .replaceAll(/>\n+</g, '><')
    .trim();
}
