CREATE TABLE `marker` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at_ms` integer NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`model` text,
	`version` text,
	`link` text,
	`created_by` text NOT NULL,
	`created_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `marker_at` ON `marker` (`at_ms`);--> statement-breakpoint
CREATE TABLE `self_alert` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`severity` text NOT NULL,
	`title` text NOT NULL,
	`text` text NOT NULL,
	`fired_ms` integer NOT NULL,
	`resolved_ms` integer,
	`dedup_key` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `self_alert_dedup_key_unique` ON `self_alert` (`dedup_key`);--> statement-breakpoint
CREATE INDEX `self_alert_open` ON `self_alert` (`kind`,`subject`) WHERE resolved_ms IS NULL;--> statement-breakpoint
ALTER TABLE `channel` ADD `settings` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `channel` ADD `last_success_ms` integer;--> statement-breakpoint
ALTER TABLE `channel` ADD `last_failure_ms` integer;--> statement-breakpoint
ALTER TABLE `channel` ADD `failures_in_row` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `channel` ADD `last_error` text;--> statement-breakpoint
ALTER TABLE `channel` ADD `delivered` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `channel` ADD `failed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `notification` ADD `self_alert_id` integer;--> statement-breakpoint
CREATE INDEX `notification_self_alert` ON `notification` (`self_alert_id`) WHERE self_alert_id IS NOT NULL;