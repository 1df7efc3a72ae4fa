/** How a price is stored in a book so that both sides sort ascending with the best last. */

/** Key of a price in ticks: itself for bids, its negative for asks. */
export const levelKey = (priceTicks: number, bid: boolean): number => (bid ? priceTicks : -priceTicks);
