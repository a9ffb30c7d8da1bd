/** A small real workspace for reports: its files go through the same analysis as a person's. */
import type { TestContext } from 'node:test';
import { analyzeWorkspace } from '../../cli/analyze-workspace.ts';
import { reportInput } from '../../cli/report-input.ts';
import type { Report, ReportKind, ReportOptions } from '../../core/protocol/report.ts';
import { makeReport, type ReportInput } from '../../core/reports/index.ts';
import { openWorkspace } from '../../workspace/project.ts';
import { folder } from '../workspace/folder.ts';

export const TODAY = '2026-11-23';

const rules = Array.from({ length: 400 }, (_, i) => `Rule ${i}: answer briefly and cite the document that you used.`).join('\\n');

export const FILES: Readonly<Record<string, string>> = {
  // Line 5: a clock that line 7 puts in front of a long unchanging text; line 6: the call.
  'src/agent.ts': [
    "import Anthropic from '@anthropic-ai/sdk';",
    'const client = new Anthropic();',
    `const RULES = '${rules}';`,
    'export async function ask(question: string) {',
    '  const now = new Date().toISOString();',
    '  return client.messages.create({',
    '    model: "claude-opus-4-6", max_tokens: 1000, system: `Now: ${now}\\n${RULES}`,',
    "    messages: [{ role: 'user', content: question }],",
    '  });',
    '}',
  ].join('\n'),
  // Line 7: one call for each document.
  'jobs/label.py': [
    'import anthropic',
    '',
    'client = anthropic.Anthropic()',
    '',
    'def label(documents):',
    '    for document in documents:',
    '        client.messages.create(model="claude-sonnet-4-5", max_tokens=200, messages=[{"role": "user", "content": "Label this: " + document}])',
    '',
    'def retry(document):',
    '    return client.messages.batches.create(requests=[{"custom_id": "1", "params": {"model": "claude-sonnet-4-6", "max_tokens": 200, "messages": [{"role": "user", "content": document}]}}])',
  ].join('\n'),
  // Line 10: an agent with a bound; line 13: one without.
  'agents/run.py': [
    'from agents import Agent, Runner, function_tool',
    '',
    '@function_tool',
    'def look_up(word: str) -> str:',
    '    return word',
    '',
    'agent = Agent(name="helper", instructions="Help.", model="gpt-5", tools=[look_up])',
    '',
    'async def run(task):',
    '    return await Runner.run(agent, task, max_turns=8)',
    '',
    'async def free(task):',
    '    return await Runner.run(agent, task, max_turns=None)',
  ].join('\n'),
  'src/live.ts': [
    "import { GoogleGenAI } from '@google/genai';",
    'const ai = new GoogleGenAI({});',
    "export const live = (text: string) => ai.models.generateContentStream({ model: 'gemini-4-argon', contents: text });",
    'export const chosen = (model: string, text: string) => ai.models.generateContent({ model, contents: text });',
  ].join('\n'),
};

/** What reports are made from, for these files. */
export async function inputOf(t: TestContext, files: Readonly<Record<string, string>> = FILES): Promise<ReportInput> {
  const root = folder(t, files);
  const workspace = await openWorkspace(root, { today: TODAY, directories: [root] });
  const analysis = analyzeWorkspace(workspace, { base: root });
  return reportInput(analysis, (path) => workspace.host.read(path), TODAY);
}

export const reportOf = async (t: TestContext, kind: ReportKind, options: ReportOptions = {}, files = FILES): Promise<Report> =>
  makeReport(kind, await inputOf(t, files), options);

/** The value of a fact. */
export function factOf(report: Report, id: string): Report['facts'][number]['value'] {
  const found = report.facts.find((fact) => fact.id === id);
  if (!found) throw new Error(`${report.kind} has no fact ${id}`);
  return found.value;
}

/** The rows of a section's table, each by the ids of its columns. */
export function rowsOf(report: Report, section: string): Record<string, Report['facts'][number]['value']>[] {
  const table = report.sections.find(({ id }) => id === section)?.table;
  if (!table) throw new Error(`${report.kind} has no table ${section}`);
  return table.rows.map((row) =>
    Object.fromEntries(row.map((cell, i) => [table.columns[i]?.id ?? '', cell.value === undefined ? cell.text : cell.value])),
  );
}
