import type * as Inspector from 'node:inspector';
import type { Debugger, Session } from 'node:inspector';

/** The engine's debugger on this thread, from inside: no port, no pause. Enabled until it is disposed. */
export class OwnDebugger implements Disposable {
  readonly #session: Session;
  readonly #scripts: Debugger.ScriptParsedEventDataType[] = [];

  /** @throws Error when this Node has no inspector, or is not allowed to use it */
  constructor() {
    // Not imported: there are builds without it.
    const inspector = process.getBuiltinModule('node:inspector') as typeof Inspector | undefined;
    if (inspector === undefined) throw new Error(`Node ${process.version} has no inspector here`);
    this.#session = new inspector.Session();
    this.#session.connect();
    this.#session.on('Debugger.scriptParsed', ({ params }) => this.#scripts.push(params));
    this.#ask('Debugger.enable', {});
  }

  /** Those that were there when it was opened, and that came since. */
  get scripts(): readonly Debugger.ScriptParsedEventDataType[] {
    return this.#scripts;
  }

  sourceOf(scriptId: string): string {
    const answer = this.#ask('Debugger.getScriptSource', { scriptId });
    return (answer as Debugger.GetScriptSourceReturnType).scriptSource;
  }

  /**
   * Has an expression evaluated where the code of a place runs, which must not be true: then nothing ever pauses.
   *
   * @returns what `forget` wants
   * @throws Error when there is no place to stop at
   */
  evaluateAt(
    { scriptId, line, column }: { scriptId: string; line: number; column: number },
    expression: string,
  ): string {
    const answer = this.#ask('Debugger.setBreakpoint', {
      location: { scriptId, lineNumber: line, columnNumber: column },
      condition: expression,
    });
    return (answer as Debugger.SetBreakpointReturnType).breakpointId;
  }

  forget(breakpointId: string): void {
    this.#ask('Debugger.removeBreakpoint', { breakpointId });
  }

  [Symbol.dispose](): void {
    this.#ask('Debugger.disable', {});
    this.#session.disconnect();
  }

  /** On the own thread, answers come before the call returns. */
  #ask(method: string, parameters: object): unknown {
    let failure: { readonly message: string } | null = { message: 'the debugger did not answer' };
    let result: unknown;
    this.#session.post(method, parameters, (error, answer) => {
      [failure, result] = [error, answer];
    });
    if (failure !== null) throw new Error(failure.message);
    return result;
  }
}
