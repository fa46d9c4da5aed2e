CREATE TABLE `pending_event` (
	`model_id` integer NOT NULL,
	`prediction_id` text NOT NULL,
	`event` text NOT NULL,
	`received_ms` integer NOT NULL,
	PRIMARY KEY(`model_id`, `prediction_id`, `event`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `pending_event_received` ON `pending_event` (`received_ms`);