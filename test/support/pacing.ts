import { message, type Step } from './modelServer';

/** Something that waits until a test lets it go on. */
export class Gate {
  readonly opened: Promise<void>;
  private release: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => (this.release = resolve));
  }

  open(): void {
    this.release();
  }
}

/** A model's message whose words wait for one gate each. */
export class PacedMessage {
  readonly steps: readonly Step[];
  private readonly gates: readonly Gate[];
  private next = 0;

  constructor(readonly words: readonly string[]) {
    this.gates = words.map(() => new Gate());
    const text = words.join(' ');
    const chunks = words.map((word, index) => (index === 0 ? word : ` ${word}`));
    let index = 0;
    this.steps = message(text, { chunks }).flatMap((step): Step[] => {
      if (step.type !== 'response.output_text.delta') return [step];
      return [{ type: 'wait', until: this.gates[index++]!.opened }, step];
    });
  }

  /** Lets the next word go and gives it. */
  say(): string {
    this.gates[this.next]?.open();
    return this.words[this.next++] ?? '';
  }

  /** Lets all words go that are left. */
  finish(): void {
    for (const gate of this.gates) gate.open();
  }
}
