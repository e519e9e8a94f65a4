// What figures need of ECharts, and no more. Loaded with the first figure: nobody else needs to have it.
import { CustomChart, LineChart } from 'echarts/charts';
import { GraphicComponent, GridComponent, TitleComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** The text of an SVG file. */
export function drawn(width: number, height: number, option: EChartsCoreOption): string {
  use([CustomChart, LineChart, GraphicComponent, GridComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
