/** Which theme, and which characters for charts, the environment asks for. */
import { type ChartGlyphs, GLYPH_NAMES } from '../../components/charts/glyphs.ts';
import { THEME_NAMES, type ThemeName } from '../../components/looks.ts';
import { cleanText } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** `CHIMERA_THEME`, dark unless told. Throws a `CommandError` in one line for one that there is not. */
export function chosenTheme(env: Readonly<Record<string, string | undefined>>): ThemeName {
  return chosen('CHIMERA_THEME', 'themes', THEME_NAMES, env) ?? 'dark';
}

/** `CHIMERA_CHARTS`; braille unless told, but on the kernel's own console, whose font has none. Throws as the theme does. */
export function chosenGlyphs(env: Readonly<Record<string, string | undefined>>): ChartGlyphs {
  const usual = env.TERM === 'linux' ? 'block' : 'braille';
  return chosen('CHIMERA_CHARTS', 'charts', GLYPH_NAMES, env) ?? usual;
}

/** The value of a variable; undefined where it is not set. */
function chosen<T extends string>(
  variable: string,
  things: string,
  names: readonly T[],
  env: Readonly<Record<string, string | undefined>>,
): T | undefined {
  const wanted = env[variable] ?? '';
  if (wanted === '') return undefined;
  const found = names.find((each) => each === wanted);
  if (found !== undefined) return found;
  throw new CommandError(
    EXIT.usage,
    `${variable}=${cleanText(wanted).slice(0, 40)}: ${things} are ${names.join(', ')}`,
  );
}
