/** The rows of `npm run attack`, so that they count with every test run. */
import { outcomeOf } from './attack';
import { THEMES } from './themes';
import { startWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 20_000);
afterAll(() => world.stop());

describe.each(THEMES.map((theme) => [theme.name, theme] as const))('attack: %s', (_name, { attacks }) => {
  test.each(attacks.map((attack) => [attack.attack, attack] as const))(
    'held: %s',
    async (_attack, attack) => {
      expect(await outcomeOf(attack, world)).toBeUndefined();
    },
    20_000,
  );
});
