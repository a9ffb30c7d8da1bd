/** A report as one page that needs nothing else: no script, no remote content, charts as SVG, fit for dark, light and paper. */
import type { Report, ReportCell, ReportChart, ReportPlace, ReportSection, ValueKind } from '../../protocol/report.ts';
import { STYLE } from './style.ts';
import { cutTo, shownColumns } from './table.ts';

export interface HtmlOptions {
  /** Rows of each table. */
  readonly top: number;
  /** Where a line of code stands as seen from the page; undefined: it is not linked. */
  readonly link?: (at: ReportPlace) => string | undefined;
}

const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Characters that a page may not hold. */
const isControl = (character: string): boolean => character < ' ' && character !== '\n' && character !== '\t';
/** Text as text, in elements and in attributes. */
export const escape = (text: string): string => [...text].map((character) => (isControl(character) ? '' : (MARKS[character] ?? character))).join('');

const element = (name: string, inner: string, attributes = ''): string => `<${name}${attributes}>${inner}</${name}>`;
const attribute = (name: string, value: string | number): string => ` ${name}="${escape(String(value))}"`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function reportHtml(report: Report, options: HtmlOptions): string {
  const body = [
    element('h1', escape(report.title)),
    element('p', `${escape(report.date)} · Estimates: what the code shows, and assumptions where it does not.`, attribute('class', 'note')),
    report.summary.map((line) => element('p', escape(line))).join('\n'),
    facts(report),
    ...report.sections.map((section) => sectionHtml(section, options)),
    endnotes(report),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escape(POLICY)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escape(report.title)} · Costlint</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    element('main', body.filter((part) => part !== '').join('\n')),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function facts({ facts: all }: Report): string {
  const shown = all.filter(({ main }) => main);
  if (shown.length === 0) return '';
  return element(
    'dl',
    shown.map(({ name, text }) => element('div', element('dt', escape(name)) + element('dd', escape(text)))).join('\n'),
    attribute('class', 'facts'),
  );
}

function sectionHtml({ heading, text, chart, table, code = [] }: ReportSection, options: HtmlOptions): string {
  const parts = [element('h2', escape(heading)), ...text.map((line) => element('p', escape(line)))];
  if (chart) parts.push(figure(chart));
  if (table) {
    const { columns, rows, more } = cutTo(shownColumns(table, true), options.top);
    const head = columns.map(({ name, kind }) => element('th', escape(name), ` scope="col"${numeric(kind)}`)).join('');
    const lines = rows.map((row) =>
      element('tr', row.map((cell, i) => element('td', cellHtml(cell, options.link), numeric(columns[i]?.kind ?? 'text'))).join('')),
    );
    parts.push(
      element('div', element('table', element('thead', element('tr', head)) + element('tbody', lines.join('\n'))), attribute('class', 'scroll')),
    );
    if (more > 0) parts.push(element('p', `… and ${more} more.`, attribute('class', 'note')));
  }
  for (const block of code) parts.push(element('h3', escape(block.title)), element('pre', element('code', escape(block.text))));
  return element('section', parts.join('\n'));
}

const NUMERIC: ReadonlySet<ValueKind> = new Set(['count', 'tokens', 'usd', 'rate', 'share', 'days']);
const numeric = (kind: ValueKind): string => (NUMERIC.has(kind) ? ' class="number"' : kind === 'place' ? ' class="place"' : '');

function cellHtml({ text, at, source }: ReportCell, link: HtmlOptions['link']): string {
  const target = at && link?.(at);
  const words = target ? element('a', escape(text), attribute('href', target)) : escape(text);
  return source === undefined ? words : `${words}<sup><a href="#source-${source + 1}">${source + 1}</a></sup>`;
}

/** The chart as SVG; its text alternative is its title, the table beside it has the figures. */
function figure({ title, drawing }: ReportChart): string {
  const { width, height, marks } = drawing;
  const shapes = marks.map((mark): string => {
    if (mark.shape === 'rect') {
      const { x, y, width: w, height: h, series, title: tip } = mark;
      const box = attribute('x', x) + attribute('y', y) + attribute('width', w) + attribute('height', h);
      return element('rect', element('title', escape(tip)), `${attribute('class', `s${series % 6}`)}${box} rx="2"`);
    }
    if (mark.shape === 'path')
      return element('path', element('title', escape(mark.title)), attribute('class', `p${mark.series % 6}`) + attribute('d', mark.d));
    if (mark.shape === 'line') {
      const { x1, y1, x2, y2, role } = mark;
      return `<line${attribute('class', role)}${attribute('x1', x1)}${attribute('y1', y1)}${attribute('x2', x2)}${attribute('y2', y2)}/>`;
    }
    const tip = mark.title === undefined ? '' : element('title', escape(mark.title));
    const at = attribute('x', mark.x) + attribute('y', mark.y) + attribute('text-anchor', mark.anchor) + attribute('class', mark.role);
    return element('text', tip + escape(mark.text), at);
  });
  const svg = element('svg', `${element('title', escape(title))}${shapes.join('')}`, ` role="img"${attribute('viewBox', `0 0 ${width} ${height}`)}`);
  return element('figure', element('figcaption', escape(title)) + svg);
}

function endnotes({ assumptions, sources, skipped }: Report): string {
  const parts: string[] = [];
  if (assumptions.length > 0) {
    const rows = assumptions.map(({ setting, text, source }) =>
      element('tr', element('td', element('code', escape(setting))) + element('td', escape(text)) + element('td', escape(source))),
    );
    const head = ['Setting', 'Assumption', 'Source'].map((name) => element('th', name, ' scope="col"')).join('');
    parts.push(
      element('h2', 'Assumed, where the code does not tell'),
      element('div', element('table', element('thead', element('tr', head)) + element('tbody', rows.join('\n'))), attribute('class', 'scroll')),
    );
  }
  if (sources.length > 0) {
    const items = sources.map(({ name, date, about }, i) =>
      element('li', `${escape([name, date].filter(Boolean).join(', '))}: ${escape(about)}`, attribute('id', `source-${i + 1}`)),
    );
    parts.push(element('h2', 'Sources'), element('ol', items.join('\n')));
  }
  if (skipped.length > 0) {
    const items = skipped.map(({ path, reason }) => element('li', `${element('code', escape(path))}: ${escape(reason)}`));
    parts.push(element('h2', 'Not analysed'), element('ul', items.join('\n')));
  }
  return parts.length > 0 ? element('section', parts.join('\n')) : '';
}
