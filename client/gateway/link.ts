/**
 * The editor's end of the gateway: finds it, follows its socket, comes back after breaks, and says how things stand. Knows nothing of VS Code. Several windows each have
 * one; none of them is needed by the gateway.
 */
import { connect, type Socket } from 'node:net';
import { type Discovery, GATEWAY_PROTOCOL, type GatewayMessage, type GatewayState, gatewayMessageSchema } from '../../core/protocol/gateway.ts';
import { GatewayFollower } from '../../core/protocol/gateway-state.ts';
import type { Connection } from '../../core/protocol/panel.ts';
import { type Watching, watchDiscovery } from './discovery.ts';
import { GatewayHttp, urlOf } from './http.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** A line longer than this is no message. Characters. */
const MAX_LINE = 64 * 1024 * 1024;

export interface LinkOptions {
  /** The gateway's state folder. */
  readonly folder: string;
  readonly warn?: (message: string) => void;
  readonly pollMs?: number;
}

type Listener<T> = (value: T) => void;

export class GatewayLink {
  readonly #folder: string;
  readonly #warn: (message: string) => void;
  readonly #pollMs: number | undefined;
  readonly #onConnection = new Set<Listener<Connection>>();
  readonly #onMessages = new Set<Listener<readonly GatewayMessage[]>>();
  #watching: Watching | undefined;
  #socket: Socket | undefined;
  #follower = new GatewayFollower();
  #seq = 0;
  #connection: Connection = { state: 'searching' };
  #timer: NodeJS.Timeout | undefined;
  #waitMs = FIRST_WAIT_MS;
  #starting = false;

  constructor({ folder, warn = () => {}, pollMs }: LinkOptions) {
    this.#folder = folder;
    this.#warn = warn;
    this.#pollMs = pollMs;
  }

  get connection(): Connection {
    return this.#connection;
  }
  /** Undefined while nothing is known. */
  get state(): GatewayState | undefined {
    return this.#connection.state === 'connected' ? this.#follower.state : undefined;
  }
  get discovery(): Discovery | undefined {
    return this.#watching?.current;
  }
  /** For requests; undefined while there is no connection. */
  get http(): GatewayHttp | undefined {
    return this.#connection.state === 'connected' && this.discovery ? new GatewayHttp(this.discovery) : undefined;
  }
  /** All that is known, as a reader that comes now has to be told. */
  get snapshot(): GatewayMessage | undefined {
    const { state } = this;
    return state && { type: 'snapshot', protocol: GATEWAY_PROTOCOL, seq: this.#seq, state };
  }

  onConnection(listener: Listener<Connection>): { dispose: () => void } {
    this.#onConnection.add(listener);
    return { dispose: () => void this.#onConnection.delete(listener) };
  }
  /** As they came, in order, all of one read together. */
  onMessages(listener: Listener<readonly GatewayMessage[]>): { dispose: () => void } {
    this.#onMessages.add(listener);
    return { dispose: () => void this.#onMessages.delete(listener) };
  }

  start(): void {
    if (this.#watching) return;
    const eager = (): boolean => this.#connection.state !== 'connected';
    const poll = this.#pollMs === undefined ? {} : { pollMs: this.#pollMs };
    this.#watching = watchDiscovery(this.#folder, () => this.#found(), { eager, ...poll });
    this.#found();
  }

  /** A gateway is being started, or that has failed: said until one is there. */
  setStarting(is: boolean): void {
    this.#starting = is;
    if (is && this.#connection.state !== 'connected') this.#say({ state: 'starting' });
    else if (!is && this.#connection.state === 'starting') this.#say({ state: 'absent' });
  }

  /** Looks for the discovery file now. */
  look(): void {
    this.#watching?.look();
  }

  dispose(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Another gateway stands in the file, or none. */
  #found(): void {
    this.#waitMs = FIRST_WAIT_MS;
    clearTimeout(this.#timer);
    this.#drop();
    this.#connect();
  }

  #connect(): void {
    const found = this.discovery;
    if (!found) return this.#say(this.#starting ? { state: 'starting' } : { state: 'absent' });
    if (found.protocol !== GATEWAY_PROTOCOL) {
      const newer = found.protocol > GATEWAY_PROTOCOL ? 'newer' : 'older';
      const message = `The gateway (${found.version}) is of a ${newer} version than this extension. ${newer === 'newer' ? 'Update the extension.' : 'Stop it and start it again.'}`;
      return this.#say({ state: 'failed', message });
    }
    const socket = connect(found.socket);
    this.#socket = socket;
    let lines = '';
    let isBye = false;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      if (this.#socket !== socket) return;
      const all = (lines + text).split('\n');
      lines = all.pop() ?? '';
      if (lines.length > MAX_LINE) socket.destroy();
      const { messages, problem } = this.#take(all);
      if (messages.length > 0) this.#publish(messages, found);
      isBye ||= messages.some(({ type }) => type === 'bye');
      if (problem) {
        this.#warn(problem);
        socket.destroy();
      }
    });
    socket.on('error', (error) => this.#warn(`gateway socket: ${error.message}`));
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#lost(found, isBye);
    });
  }

  /** Messages up to the first that cannot be used. */
  #take(lines: readonly string[]): { readonly messages: readonly GatewayMessage[]; readonly problem?: string } {
    const messages: GatewayMessage[] = [];
    for (const line of lines) {
      if (line === '') continue;
      const message = messageIn(line);
      if (!message) return { messages, problem: 'the gateway sent a message that this version does not understand' };
      if (!this.#follower.take(message)) return { messages, problem: 'messages of the gateway are missing: connecting again' };
      this.#seq = message.seq;
      messages.push(message);
    }
    return { messages };
  }

  #publish(messages: readonly GatewayMessage[], found: Discovery): void {
    if (this.#connection.state !== 'connected' && messages[0]?.type === 'snapshot') {
      this.#waitMs = FIRST_WAIT_MS;
      this.#starting = false;
      this.#say({ state: 'connected', url: urlOf(found) });
    }
    for (const listener of this.#onMessages) listener(messages);
  }

  #lost(found: Discovery, isBye: boolean): void {
    if (!this.#watching) return;
    const isGone = isBye || !isAlive(found.pid);
    this.#say(isGone ? (this.#starting ? { state: 'starting' } : { state: 'absent' }) : { state: 'reconnecting', url: urlOf(found) });
    this.#timer = setTimeout(() => {
      this.#watching?.look();
      if (!this.#socket && this.#watching) this.#connect();
    }, this.#waitMs);
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    this.#follower = new GatewayFollower();
  }

  #say(connection: Connection): void {
    if (connection.state === this.#connection.state && connection.url === this.#connection.url && connection.message === this.#connection.message)
      return;
    this.#connection = connection;
    for (const listener of this.#onConnection) listener(connection);
  }
}

function messageIn(line: string): GatewayMessage | undefined {
  try {
    return gatewayMessageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The number may have been given to another program since: then the gateway counts as there, and connecting fails on. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
