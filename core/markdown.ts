/** Text as Markdown: what comes from code, paths or messages must not become markup, in a table or outside of one. */

/** On one line; `_` is markup only at the edge of a word. */
export const cell = (text: string): string =>
  text
    .replace(/\s*[\n\r]\s*/g, ' ')
    .replace(/[\\`*[\]|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (mark) => `\\${mark}`)
    .replaceAll('<', '&lt;');

/** As code, where nothing can be escaped: characters that would end it or its cell give way to look-alikes. Empty for nothing. */
export function code(text: string): string {
  const plain = text.replaceAll('`', 'ˋ').replaceAll('|', '∣').replace(/\s+/g, ' ');
  return plain.trim() === '' ? '' : `\`${plain}\``;
}

/** Rows of finished cells. `right`: numbers of the columns that stand to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (right.includes(column) ? '--:' : '---'))), ...rows.map(line)].join('\n');
};
