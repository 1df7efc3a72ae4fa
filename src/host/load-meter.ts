/** How late the host's loop is and how many inputs it takes, over the last second. */
const EXPECTED_TICK_US = 10_000;

export class LoadMeter {
  #lastUs = 0;
  #worstLagUs = 0;
  #windowStartUs = 0;
  #windowInputs = 0;
  lagMs = 0;
  inputsPerSecond = 0;

  /** Call on every turn of the loop. */
  tick(nowUs: number, inputs: number): void {
    if (this.#lastUs > 0) this.#worstLagUs = Math.max(this.#worstLagUs, nowUs - this.#lastUs - EXPECTED_TICK_US);
    this.#lastUs = nowUs;
    if (this.#windowStartUs === 0) {
      this.#windowStartUs = nowUs;
      this.#windowInputs = inputs;
    }
    const passedUs = nowUs - this.#windowStartUs;
    if (passedUs < 1_000_000) return;
    this.lagMs = this.#worstLagUs / 1000;
    this.inputsPerSecond = ((inputs - this.#windowInputs) * 1e6) / passedUs;
    this.#worstLagUs = 0;
    this.#windowStartUs = nowUs;
    this.#windowInputs = inputs;
  }
}
