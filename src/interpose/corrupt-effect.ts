import type { CorruptionOperator } from '../model/corruption-operator.js';
import { type CorruptionPlace, operatorsOn } from '../model/corruption-place.js';
import { isGeneratorCall } from './at-first-step.js';
import type { CallEffect, HitCall } from './call-effect.js';
import { chooseCorruption } from './corruption/choose-corruption.js';
import { CorruptionJournal, type JournalEntry, type Standing } from './corruption/corruption-journal.js';
import { corruptionText } from './corruption/corruption-text.js';
import { EarlierData } from './corruption/earlier-data.js';
import { findSlots } from './corruption/find-slots.js';
import { SeenValues } from './corruption/seen-values.js';
import { asEmitSite } from './event-emitters.js';
import type { CallSite } from './find-call-sites.js';
import { isPromise } from './is-promise.js';
import { messageSites } from './message-sites.js';

export interface CorruptEffectOptions {
  /** What of calls is corrupted; `state` is none of them. */
  readonly on: readonly CorruptionPlace[];
  /** Empty: all. */
  readonly operators: readonly CorruptionOperator[];
}

/**
 * Corrupts one place in what goes through a call: in its answer, in its arguments, or in the message that it brings.
 *
 * Values and plain data as a whole are replaced; what is inside of an object is changed in place, for it may be one that
 * the target keeps. That is put back by `undo`; in arguments, which are the caller's, already when the call has ended. What
 * holds nothing to corrupt goes through as it is.
 */
export function corruptEffect(options: CorruptEffectOptions): CallEffect {
  return new CorruptEffect(options);
}

const noAnswers: readonly unknown[] = [];

class CorruptEffect implements CallEffect {
  readonly onConstruct = false;
  readonly #on: ReadonlySet<CorruptionPlace>;
  readonly #operators: ReadonlyMap<CorruptionPlace, readonly CorruptionOperator[]>;
  readonly #journal = new CorruptionJournal();
  readonly #earlier = new Map<string, EarlierData>();
  readonly #seen = new Map<string, SeenValues>();
  readonly #refused: string[] = [];
  #undone = false;

  constructor({ on, operators }: CorruptEffectOptions) {
    this.#on = new Set(on);
    this.#operators = new Map(on.map((place) => [place, operatorsOn(place, operators)]));
  }

  readonly sites = (): readonly CallSite[] => (this.#on.has('messages') ? messageSites() : []);

  readonly adapt = (site: CallSite): CallSite | null => {
    const ofMessages = site.message === undefined ? asEmitSite(site) : site;
    if (ofMessages !== null) return this.#on.has('messages') ? ofMessages : null;
    return this.#on.has('results') || this.#on.has('arguments') ? site : null;
  };

  /** Only what was corrupted is observed. */
  isFelt(): boolean {
    return true;
  }

  apply(call: HitCall): unknown {
    const { message } = call;
    if (message !== null) {
      const at = message.dataAt(call.args, call.thisArg);
      return at === 'answer' || at === null
        ? this.#corruptAnswer(call, 'messages')
        : this.#corruptMessage(call, at);
    }
    const isAnswerFirst = this.#on.has('results') && (!this.#on.has('arguments') || call.draw('part') < 0.5);
    const changed = isAnswerFirst ? null : this.#changedArguments(call);
    if (changed !== null) return this.#callWith(call, changed);
    return this.#on.has('results') ? this.#corruptAnswer(call, 'results') : call.proceed();
  }

  watch({ name, message }: CallSite): ReturnType<NonNullable<CallEffect['watch']>> {
    const place = message === undefined ? 'results' : 'messages';
    if (!this.#usesEarlier(place)) return null;
    if (message === undefined) {
      const kept = this.#earlierOf(name, place);
      return (_args, _thisArg, answer) => kept.note(answer);
    }
    return (args, thisArg, answer) => {
      const at = message.dataAt(args, thisArg);
      if (at === 'answer') this.#earlierOf(name, place).note(answer);
      else if (at?.length === 1) this.#earlierOf(keyOf(name, args, at), place).note(args[at[0] ?? 0]);
    };
  }

  look(): Standing {
    return this.#journal.look();
  }

  undo(): readonly string[] {
    this.#undone = true;
    return [...this.#refused.splice(0), ...this.#journal.restore()];
  }

  #corruptAnswer(call: HitCall, place: 'results' | 'messages'): unknown {
    const label = place === 'results' ? 'answer' : 'message';
    const kept = this.#usesEarlier(place) ? this.#earlierOf(call.site, place) : null;
    const earlier = kept?.now() ?? noAnswers;
    const answer = call.proceed();
    kept?.note(answer);
    const corrupted = (real: unknown, before: readonly unknown[]) => {
      const change = this.#change({ data: real, call, place, label, before, whole: '' });
      if (change === null) return real;
      call.felt(change.effect);
      return call.observe(() => (change.entry === null ? change.after : real));
    };
    if (!isPromise(answer)) return corrupted(answer, isPromise(earlier) ? noAnswers : earlier);
    return answer.then((real) =>
      isPromise(earlier) ? earlier.then((before) => corrupted(real, before)) : corrupted(real, earlier),
    );
  }

  #corruptMessage(call: HitCall, at: readonly number[]): unknown {
    const key = keyOf(call.site, call.args, at);
    const kept = this.#usesEarlier('messages') && at.length === 1 ? this.#earlierOf(key, 'messages') : null;
    const earlier = kept?.now() ?? noAnswers;
    const data = at.map((i) => call.args[i]);
    kept?.note(data[0]);
    const change = this.#change({
      data,
      call: { ...call, site: key },
      place: 'messages',
      label: 'message',
      before: isPromise(earlier) ? noAnswers : earlier,
      whole: '[0]',
    });
    if (change === null) return call.proceed();
    call.felt(change.effect);
    const args = [...call.args];
    for (const [k, i] of at.entries()) args[i] = data[k];
    return call.observe(() => call.proceed(args));
  }

  #changedArguments(call: HitCall): Changed | null {
    const args = [...call.args];
    const change = this.#change({
      data: args,
      call,
      place: 'arguments',
      label: 'arguments',
      before: noAnswers,
      whole: null,
    });
    return change === null ? null : { ...change, args };
  }

  #callWith(call: HitCall, { args, entry, effect }: Changed): unknown {
    call.felt(effect);
    const putBack = () => {
      if (entry !== null && !this.#journal.putBack(entry)) this.#refused.push(entry.path);
    };
    let answer: unknown;
    try {
      answer = call.observe(() => call.proceed(args));
    } catch (error) {
      putBack();
      throw error;
    }
    // The body of a generator runs later, as long as its caller likes: `undo` puts back.
    if (isGeneratorCall(call)) return answer;
    if (!isPromise(answer)) {
      putBack();
      return answer;
    }
    return answer.then(
      (value) => {
        putBack();
        return value;
      },
      (error: unknown) => {
        putBack();
        throw error;
      },
    );
  }

  /** Changes one place. Places of a list that is ours, `whole` not being '', are written without a journal. */
  #change({ data, call, place, label, before, whole }: ChangeOptions): Change | null {
    // An answer may come after the fault is over.
    if (this.#undone) return null;
    const operators = this.#operators.get(place) ?? [];
    const slots = findSlots(data);
    const seen = this.#seenAt(`${place} ${call.site}`);
    if (operators.includes('enum-neighbour')) seen.note(slots);
    const draws = { operator: call.draw('operator'), value: call.draw('value') };
    // From a drawn place on, so that not all of them have to be tried.
    const from = Math.floor(call.draw('place') * slots.length);
    for (const slot of [...slots.slice(from), ...slots.slice(0, from)]) {
      if (slot.place === null && whole !== '') continue;
      const choice = chooseCorruption(slot, operators, draws, () => ({
        neighbours: seen.neighbours(slot),
        earlier: slot.path === whole ? before : noAnswers,
      }));
      if (choice === null) continue;
      const at = {
        ...slot,
        path: `${label}${label === 'message' ? withoutIndex(slot.path, data) : slot.path}`,
      };
      const isOurs = slot.place === null || (whole !== '' && slot.place.holder === data);
      const entry = isOurs ? null : this.#journal.write(at, slot.place, choice.after);
      if (!isOurs && entry === null) continue;
      if (isOurs && slot.place !== null) Reflect.set(data as object, slot.place.key as string, choice.after);
      return { entry, after: choice.after, effect: corruptionText(choice, at) };
    }
    return null;
  }

  #usesEarlier(place: 'results' | 'messages'): boolean {
    return this.#operators.get(place)?.includes(place === 'results' ? 'stale' : 'replay') === true;
  }

  #earlierOf(key: string, place: 'results' | 'messages'): EarlierData {
    const kept = this.#earlier.get(key) ?? new EarlierData(place === 'results' ? 1 : mostMessages);
    this.#earlier.set(key, kept);
    return kept;
  }

  #seenAt(key: string): SeenValues {
    const seen = this.#seen.get(key) ?? new SeenValues();
    this.#seen.set(key, seen);
    return seen;
  }
}

const mostMessages = 8;

interface ChangeOptions {
  readonly data: unknown;
  readonly call: Pick<HitCall, 'draw' | 'site'>;
  readonly place: CorruptionPlace;
  readonly label: 'answer' | 'arguments' | 'message';
  /** What came before, for the place that is a whole answer or message. */
  readonly before: readonly unknown[];
  readonly whole: '' | '[0]' | null;
}

interface Change {
  /** Null when nothing that the target holds was changed. */
  readonly entry: JournalEntry | null;
  readonly after: unknown;
  readonly effect: string;
}

interface Changed extends Change {
  readonly args: readonly unknown[];
}

/** Events of one emitter are told apart by their names. */
function keyOf(site: string, args: readonly unknown[], at: readonly number[]): string {
  return at[0] === 0 ? site : `${site} ${String(args[0])}`;
}

/** A message that is alone is not told as the first of several. */
function withoutIndex(path: string, data: unknown): string {
  return Array.isArray(data) && data.length === 1 && path.startsWith('[0]') ? path.slice(3) : path;
}
