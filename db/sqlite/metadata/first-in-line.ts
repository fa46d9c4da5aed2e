/** Owns which message of an alert may go before the others: what is told of one alert arrives in its order. */

/**
 * Of a `notification AS head`: no earlier message of the same alert and channel waits, but for those that were never
 * tried, travel alone and are due only later. Of an alert about Plumbline itself: none at all. Messages of no alert
 * stand alone.
 */
export const IS_FIRST_IN_LINE = `(head.alert_id IS NULL OR NOT EXISTS (
       SELECT 1 FROM notification AS earlier
       WHERE earlier.state = 'waiting' AND earlier.channel_id = head.channel_id
       AND earlier.alert_id = head.alert_id AND earlier.id < head.id
       AND (earlier.attempts > 0 OR earlier.group_id IS NOT NULL OR earlier.due_ms <= head.due_ms)))
     AND (head.self_alert_id IS NULL OR NOT EXISTS (
       SELECT 1 FROM notification AS earlier
       WHERE earlier.state = 'waiting' AND earlier.channel_id = head.channel_id
       AND earlier.self_alert_id = head.self_alert_id AND earlier.id < head.id))`
