/** Calls in a closed loop: each connection sends its next call when it has the whole answer to the last. */
import { Pool } from 'undici';
import { percentile } from '../bench/stats.ts';
import type { Shape } from './shapes.ts';

export interface Load {
  readonly calls: number;
  readonly perSecond: number;
  /** ms. */
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

interface Plan {
  readonly url: string;
  readonly shape: Shape;
  readonly streamed?: boolean;
  readonly connections: number;
}

async function drive({ url, shape, streamed = false, connections }: Plan, goesOn: (calls: number) => boolean): Promise<Load> {
  const pool = new Pool(url, { connections });
  const times: number[] = [];
  let [sent, failed] = [0, 0];
  const began = performance.now();
  const one = async (): Promise<void> => {
    while (goesOn(sent++)) {
      const start = performance.now();
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: shape.path,
        headers: shape.headers,
        body: streamed ? shape.streamed : shape.plain,
      });
      await body.arrayBuffer();
      if (statusCode === 200) times.push(performance.now() - start);
      else failed++;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  return { calls: times.length, perSecond: times.length / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99), failed };
}

export function loadFor(plan: Plan, seconds: number): Promise<Load> {
  const until = performance.now() + seconds * 1000;
  return drive(plan, () => performance.now() < until);
}

/** So many calls, or as many as can be made in the time. */
export function loadOf(plan: Plan, calls: number, seconds = Number.POSITIVE_INFINITY): Promise<Load> {
  const until = performance.now() + seconds * 1000;
  return drive(plan, (sent) => sent < calls && performance.now() < until);
}

/** Whether the whole answer to one call has come. */
export async function answers(url: string, shape: Shape): Promise<boolean> {
  try {
    const response = await fetch(url + shape.path, { method: 'POST', headers: shape.headers, body: shape.plain });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
