/** Owns who waits for whom when the cores are few: a sender waits for nobody. */

/**
 * Priority (as `nice` counts it) of the worker and the renderer: an hour in which all models are judged, or twenty people
 * who look, take what the process that takes records leaves. Equal, for neither may starve the other. With a core to
 * spare it makes no difference.
 */
export const BEHIND_SENDERS = 5
