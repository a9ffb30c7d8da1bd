/**
 * Entry of the bundle, and of the process that `costlint gateway` and the extension start: its options are JSON in COSTLINT_GATEWAY. Says on standard output, in one line of
 * JSON, that it is ready; ends on SIGTERM, SIGINT, or when the parent's message channel closes.
 */
import { run } from './run.ts';

process.exitCode = await run(process.env.COSTLINT_GATEWAY ?? '{}');
