/**
 * Reports: what the editor, the panel and the command line show of them. A report is whole data: figures with their unit, their line of code and their source;
 * text, Markdown, HTML, JSON and the panel only draw it. Money is integer nano-dollars, rates are nano-dollars per million tokens.
 */
import * as z from 'zod';
import type { RequestMessage } from './message.ts';
import { type ReportKind, reportKinds, reportNames } from './report-kinds.ts';

export { type ReportKind, reportKinds, reportNames };
export const reportKindSchema = z.enum(reportKinds);

const count = z.number().int().min(0);
const range = z.object({ low: z.number(), expected: z.number(), high: z.number() });

/** A line of code. `uri`: of the document, where an editor asked. */
export const reportPlaceSchema = z.object({ path: z.string(), line: z.number().int().min(1), uri: z.string().optional() });
export type ReportPlace = z.infer<typeof reportPlaceSchema>;

/** What the values of a column are: `usd` nano-dollars · `rate` nano-dollars per million tokens · `share` 0…1 · `days` whole days · `date` `2026-11-30`. */
export const valueKinds = ['text', 'place', 'count', 'tokens', 'usd', 'rate', 'share', 'days', 'date'] as const;
export type ValueKind = (typeof valueKinds)[number];

/** `null`: nobody knows. */
const valueSchema = z.union([z.number(), z.string(), z.boolean(), range, z.null()]);
export type ReportValue = z.infer<typeof valueSchema>;

export const cellSchema = z.object({
  /** As people read it. */
  text: z.string(),
  /** As programs read it and tables sort it; left out where it is the text. */
  value: valueSchema.optional(),
  at: reportPlaceSchema.optional(),
  /** Index into the report's `sources`. */
  source: count.optional(),
});
export type ReportCell = z.infer<typeof cellSchema>;

export const columnSchema = z.object({
  /** Key in JSON; a dot makes an object: `cost.call`. */
  id: z.string(),
  name: z.string(),
  kind: z.enum(valueKinds),
  /** `wide`: not in a terminal · `data`: for programs only. */
  shown: z.enum(['wide', 'data']).optional(),
});
export type ReportColumn = z.infer<typeof columnSchema>;

export const reportTableSchema = z.object({ columns: z.array(columnSchema), rows: z.array(z.array(cellSchema)) });
export type ReportTable = z.infer<typeof reportTableSchema>;

/** Shapes in a box of `width` × `height`; `series` picks the colour. For whoever draws: HTML and the panel alike. */
export const markSchema = z.discriminatedUnion('shape', [
  z.object({ shape: z.literal('rect'), x: z.number(), y: z.number(), width: z.number(), height: z.number(), series: count, title: z.string() }),
  z.object({ shape: z.literal('line'), x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number(), role: z.enum(['axis', 'grid', 'mark']) }),
  z.object({ shape: z.literal('path'), d: z.string(), series: count, title: z.string() }),
  z.object({
    shape: z.literal('text'),
    x: z.number(),
    y: z.number(),
    text: z.string(),
    anchor: z.enum(['start', 'middle', 'end']),
    role: z.enum(['label', 'value', 'mark']),
    title: z.string().optional(),
  }),
]);
export type DrawingMark = z.infer<typeof markSchema>;
export const drawingSchema = z.object({ width: z.number(), height: z.number(), marks: z.array(markSchema) });
export type Drawing = z.infer<typeof drawingSchema>;

/** `bar`, `stacked`: one bar for each of `labels` · `line`: over the numbers `x`. Each series has as many values. */
export const chartSchema = z.object({
  type: z.enum(['bar', 'stacked', 'line']),
  title: z.string(),
  kind: z.enum(valueKinds),
  labels: z.array(z.string()),
  x: z.object({ name: z.string(), kind: z.enum(valueKinds), values: z.array(z.number()) }).optional(),
  series: z.array(z.object({ name: z.string(), values: z.array(z.number()) })),
  /** Points of a line chart worth a word: the present setting, a break-even. */
  points: z.array(z.object({ x: z.number(), name: z.string() })).optional(),
  drawing: drawingSchema,
});
export type ReportChart = z.infer<typeof chartSchema>;

export const sectionSchema = z.object({
  id: z.string(),
  heading: z.string(),
  /** Paragraphs of plain text. */
  text: z.array(z.string()),
  chart: chartSchema.optional(),
  table: reportTableSchema.optional(),
  /** To copy. */
  code: z.array(z.object({ title: z.string(), language: z.string(), text: z.string() })).optional(),
});
export type ReportSection = z.infer<typeof sectionSchema>;

/** A number that a person may set: a slider in the panel, an option of the command line. */
export const controlSchema = z.object({
  id: z.string(),
  label: z.string(),
  min: z.number(),
  max: z.number(),
  step: z.number().positive(),
  value: z.number(),
  /** Behind the number: `%`, `$/h`. */
  unit: z.string(),
});
export type ReportControl = z.infer<typeof controlSchema>;

export const factSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(valueKinds),
  text: z.string(),
  value: valueSchema,
  main: z.boolean(),
});
export type ReportFact = z.infer<typeof factSchema>;

export const reportSchema = z.object({
  kind: reportKindSchema,
  title: z.string(),
  /** Day at which prices were taken. */
  date: z.string(),
  /** Every file was looked at; false when a person stopped the analysis. */
  complete: z.boolean(),
  /** What it comes to, in sentences. */
  summary: z.array(z.string()),
  /** Single figures; `main` ones stand at the top. */
  facts: z.array(factSchema),
  sections: z.array(sectionSchema),
  controls: z.array(controlSchema),
  /** What the figures rest on beside the code. */
  assumptions: z.array(z.object({ setting: z.string(), value: z.number(), unit: z.string(), text: z.string(), source: z.string() })),
  /** Where prices and other facts come from. */
  sources: z.array(z.object({ name: z.string(), date: z.string().optional(), about: z.string() })),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type Report = z.infer<typeof reportSchema>;

/** Values of controls by id; ones that a report does not have are left alone. */
export const reportOptionsSchema = z.record(z.string(), z.number().finite());
export type ReportOptions = z.infer<typeof reportOptionsSchema>;

/** What a report panel shows; kept while the editor is restarted. */
export const reportPanelStateSchema = z.object({ kind: reportKindSchema, options: reportOptionsSchema });
export type ReportPanelState = z.infer<typeof reportPanelStateSchema>;

export const reportFormats = ['markdown', 'html', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Editor → server: a report as data. The analysis of every file is kept until something changes, so that asking again with other options is quick. */
export const reportModelRequest: RequestMessage<{ kind: ReportKind; options: ReportOptions }, { report: Report; cancelled: boolean }> = {
  method: 'costlint/reportModel',
  params: z.object({ kind: reportKindSchema, options: reportOptionsSchema }),
  result: z.object({ report: reportSchema, cancelled: z.boolean() }),
  timeoutMs: 600_000,
};

/** Editor → server: a report as a page. `base`: URI of the folder in which it will stand; links are relative to it. */
export const reportRequest: RequestMessage<
  { kind?: ReportKind; options?: ReportOptions; format?: ReportFormat; base?: string },
  { text: string; cancelled: boolean }
> = {
  method: 'costlint/report',
  params: z.object({
    kind: reportKindSchema.optional(),
    options: reportOptionsSchema.optional(),
    format: z.enum(reportFormats).optional(),
    base: z.string().optional(),
  }),
  result: z.object({ text: z.string(), cancelled: z.boolean() }),
  timeoutMs: 600_000,
};

/** Extension → report panel. */
export const toReportPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), report: reportSchema }),
  z.object({ type: z.literal('working'), message: z.string() }),
  /** What went wrong; what was shown before stays. */
  z.object({ type: z.literal('failed'), message: z.string() }),
]);
export type ToReportPanel = z.infer<typeof toReportPanelSchema>;

/** Report panel → extension. */
export const fromReportPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('show'), kind: reportKindSchema, options: reportOptionsSchema }),
  z.object({ type: z.literal('open'), place: reportPlaceSchema }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  z.object({ type: z.literal('save'), format: z.enum(reportFormats) }),
]);
export type FromReportPanel = z.infer<typeof fromReportPanelSchema>;
