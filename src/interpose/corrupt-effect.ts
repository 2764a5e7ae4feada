import { type CorruptionOperator, corruptionOperators } from '../model/corruption-operator.js';
import type { CallEffect, HitCall } from './call-rule.js';
import { CorruptionJournal } from './corruption/corruption-journal.js';
import { corruptValue } from './corruption/corrupt-value.js';
import { findSlots } from './corruption/find-slots.js';
import { shortText } from './corruption/short-text.js';
import { isPromise } from './is-promise.js';

const allOperators = Object.keys(corruptionOperators) as CorruptionOperator[];

/**
 * Makes calls answer with corrupted data: one place in what the real call returns is changed. Values and plain data as a
 * whole are replaced; what is inside of an object is changed in place, for it may be one that the target keeps, and is put
 * back by `undo`. An answer without anything to corrupt reaches its caller as it is.
 *
 * @param operators - empty: all
 */
export function corruptEffect(operators: readonly CorruptionOperator[]): CallEffect {
  const allowed = operators.length === 0 ? allOperators : operators;
  const journal = new CorruptionJournal();
  let undone = false;
  const corrupted = (real: unknown, call: HitCall): unknown => {
    // An answer may come after the fault is over.
    const change = undone ? null : corruptSomewhere(real, allowed, journal, call);
    if (change === null) return real;
    call.felt(change.effect);
    return call.observe(() => change.answer);
  };
  return {
    onConstruct: false,
    // Only answers that were corrupted are observed.
    isFelt: () => true,
    apply(call) {
      const answer = call.proceed();
      return isPromise(answer) ? answer.then((real) => corrupted(real, call)) : corrupted(answer, call);
    },
    undo() {
      undone = true;
      return journal.restore();
    },
  };
}

interface Change {
  readonly answer: unknown;
  readonly effect: string;
}

function corruptSomewhere(
  real: unknown,
  allowed: readonly CorruptionOperator[],
  journal: CorruptionJournal,
  call: HitCall,
): Change | null {
  const draw = call.draw('value');
  const slots = findSlots(real);
  // From a drawn place on, so that not all of them have to be tried.
  const from = Math.floor(call.draw('place') * slots.length);
  for (const slot of [...slots.slice(from), ...slots.slice(0, from)]) {
    const choices = allowed.flatMap((operator) => {
      const made = corruptValue(operator, slot.value, draw);
      return made === undefined ? [] : [{ operator, after: made.value }];
    });
    const choice = choices[Math.floor(call.draw('operator') * choices.length)];
    if (choice === undefined) continue;
    if (slot.place !== null && !journal.write(slot, slot.place, choice.after)) continue;
    const [before, after] = [shortText(slot.value, slot.path), shortText(choice.after, slot.path)];
    return {
      answer: slot.place === null ? choice.after : real,
      effect: `${choice.operator} at answer${slot.path}: ${before} → ${after}`,
    };
  }
  return null;
}
