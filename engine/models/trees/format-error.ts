/** The one error of a model file that is not what it should be: it says what is wrong and where. */
export class ModelFormatError extends Error {
  override readonly name = 'ModelFormatError';
  /** Place in the file: a path of fields, a line, or a byte. */
  readonly where: string;

  constructor(what: string, where: string) {
    super(`${what} (${where})`);
    this.where = where;
  }
}
