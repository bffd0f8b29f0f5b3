import { describe, expect, it } from 'vitest';
import { commonWords } from '../src/strength/common.ts';
import { estimate } from '../src/strength/estimate.ts';

const address = 'ada.lovelace@analytical-engines.example';

describe('what is easy to guess is refused, with the reason', () => {
  it.each([
    ['password1234567', 'reasonCommon'],
    ['passwordpassword', 'reasonRepeat'],
    ['P@ssw0rdP@ssw0rd', 'reasonCommon'],
    ['qwertyuiopasdfgh', 'reasonCommon'],
    ['abcdefghijklmnopq', 'reasonSequence'],
    ['aaaaaaaaaaaaaaaa', 'reasonRepeat'],
    ['abcabcabcabcabcabc', 'reasonRepeat'],
    ['adalovelace2024!', 'reasonAddress'],
    ['ada.lovelace@analytical-engines.example', 'reasonAddress'],
    ['iloveyou12345678', 'reasonCommon'],
  ])('%s: %s', (password, reason) => {
    const { score, reason: given } = estimate(password, address);
    expect(score).toBeLessThan(2);
    expect(given).toBe(reason);
  });
});

describe('what is hard to guess is accepted', () => {
  it.each([
    'a lantern in the western fog',
    'kR7#vq2Lm!x9Wz4p',
    'ein Fluss fließt rückwärts heim',
    'いろはにほへとちりぬるを桜の山道',
    'correct zebra umbrella 93 tuesday',
  ])('%s', (password) => expect(estimate(password, address).score).toBeGreaterThanOrEqual(3));
});

it('names the part it objects to as it was typed', () => {
  expect(estimate('Lovelace-Lov9', address).word).toBe('Lovelace');
});

it('counts code points after NFKC', () => {
  expect(estimate('👩‍💻ﬁ', '').length).toBe(5);
});

it('grows with every own character', () => {
  const costs = ['xk', 'xkqv', 'xkqvzj', 'xkqvzjwm', 'xkqvzjwmtg', 'xkqvzjwmtgbrpd'].map(
    (password) => estimate(password, '').score,
  );
  expect(costs).toEqual([...costs].sort());
  expect(costs.at(0)).toBe(0);
  expect(costs.at(-1)).toBe(4);
});

it('stays quick however much is pasted, and still counts all of it', () => {
  const started = performance.now();
  const { length } = estimate('ab'.repeat(2000) + 'c'.repeat(4000), address);
  expect(performance.now() - started).toBeLessThan(500);
  expect(length).toBe(8000);
});

it('has a list without doubles', () => {
  expect(new Set(commonWords).size).toBe(commonWords.length);
});
