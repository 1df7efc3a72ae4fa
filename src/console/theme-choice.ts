/** Which theme the environment asks for. */
import { THEME_NAMES, type ThemeName } from '../../components/looks.ts';
import { cleanText } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** `CHIMERA_THEME`, dark unless told. Throws a `CommandError` in one line for one that there is not. */
export function chosenTheme(env: Readonly<Record<string, string | undefined>>): ThemeName {
  const wanted = env.CHIMERA_THEME ?? '';
  if (wanted === '') return 'dark';
  const theme = THEME_NAMES.find((each) => each === wanted);
  if (theme !== undefined) return theme;
  throw new CommandError(
    EXIT.usage,
    `CHIMERA_THEME=${cleanText(wanted).slice(0, 40)}: themes are ${THEME_NAMES.join(', ')}`,
  );
}
