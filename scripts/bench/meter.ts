import { readFileSync } from 'node:fs';
import { Socket, type SocketConstructorOpts } from 'node:net';
import { Readable } from 'node:stream';

/** What one child process found out. Sizes in MB are of 2^20 bytes. */
export interface Measurement {
  readonly messages: number;
  readonly characters: number;
  /** From the first chunk to the last message handled. */
  readonly wallMs: number;
  /** Of the whole process, garbage collection included, over the same time. */
  readonly cpuMs: number;
  readonly peakRssMb: number;
  readonly meanChunkBytes?: number;
  readonly retainedMb?: number;
  readonly heapSamplesMb?: readonly number[];
}

const LARGEST_READ = 64 * 1024;
const MB = 2 ** 20;

/** Opens standard input so that no chunk is larger than `chunkBytes`, whatever has piled up in the pipe. */
export function openInput(chunkBytes: number): Readable {
  if (chunkBytes >= LARGEST_READ) return new Socket({ fd: 0, readable: true, writable: false });
  const input = new Readable({ read: () => undefined });
  const callback = (bytes: number, buffer: Uint8Array): boolean => {
    input.push(Buffer.from(buffer.subarray(0, bytes)));
    return true;
  };
  const onread = { buffer: Buffer.alloc(chunkBytes), callback };
  // The constructor takes `onread` as `connect` does; its type does not say so.
  const options: SocketConstructorOpts & { onread: typeof onread } = { fd: 0, readable: true, writable: false, onread };
  new Socket(options);
  return input;
}

/** Starts its clocks with the first chunk of `input`. */
export class Meter {
  private startedNs = 0n;
  private startedCpu: NodeJS.CpuUsage | undefined;
  private chunks = 0;
  private bytes = 0;

  constructor(input: Readable) {
    input.on('data', (chunk: Buffer) => {
      if (this.chunks === 0) this.start();
      this.chunks += 1;
      this.bytes += chunk.length;
    });
  }

  /** Stops the clocks. */
  finish(messages: number, characters: number): Measurement {
    const wallMs = Number(process.hrtime.bigint() - this.startedNs) / 1e6;
    const { user, system } = process.cpuUsage(this.startedCpu);
    const cpuMs = (user + system) / 1_000;
    const meanChunkBytes = this.bytes / Math.max(1, this.chunks);
    return { messages, characters, wallMs, cpuMs, meanChunkBytes, peakRssMb: peakRssMb() };
  }

  private start(): void {
    this.startedNs = process.hrtime.bigint();
    this.startedCpu = process.cpuUsage();
  }
}

/** The heap in use after a full collection. Needs `--expose-gc`. */
export function heapAfterGcMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MB;
}

/** `ru_maxrss` of a child begins with the size of its parent on Linux, so the kernel's own high-water mark is read. */
function peakRssMb(): number {
  try {
    const kilobytes = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}
