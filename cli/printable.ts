/**
 * What a command writes holds names, models and texts of repositories that nobody need trust. Control characters in them would steer the terminal or the log of
 * a CI, and marks of writing direction would show another text than there is: neither gets out.
 */

const ESC = '\u001b';
/** The colours of `colours.ts`, the line that a progress report clears, and line ends of Windows. */
const OWN = String.raw`${ESC}\[(?:[124]|2[24]|3[1-9])m|\r${ESC}\[2K|\r\n`;
const CONTROLS = String.raw`(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]`;
const PATTERN = new RegExp(`${OWN}|${CONTROLS}`, 'gu');

const REPLACEMENT = '\ufffd';

export const printable = (text: string): string => text.replace(PATTERN, (found) => (found.length > 1 ? found : REPLACEMENT));
