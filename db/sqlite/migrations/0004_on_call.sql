CREATE TABLE `silence` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`created_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`reason` text NOT NULL,
	`starts_ms` integer NOT NULL,
	`ends_ms` integer NOT NULL,
	`matchers` text NOT NULL,
	`ended_by` text,
	`notice_ms` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `silence_ends` ON `silence` (`ends_ms`);--> statement-breakpoint
CREATE TABLE `monitor_revision` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`monitor_id` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`actor` text NOT NULL,
	`why` text NOT NULL,
	`before` text NOT NULL,
	`after` text NOT NULL,
	FOREIGN KEY (`monitor_id`) REFERENCES `monitor`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `monitor_revision_monitor` ON `monitor_revision` (`monitor_id`);--> statement-breakpoint
ALTER TABLE `alert` ADD `assignee` text;--> statement-breakpoint
ALTER TABLE `alert` ADD `judgement` text;--> statement-breakpoint
ALTER TABLE `alert` ADD `judged_by` text;--> statement-breakpoint
ALTER TABLE `alert` ADD `judged_ms` integer;--> statement-breakpoint
ALTER TABLE `alert` ADD `first_seen_ms` integer;--> statement-breakpoint
ALTER TABLE `monitor` ADD `fixed_limit` real;--> statement-breakpoint
ALTER TABLE `monitor` ADD `owner` text;--> statement-breakpoint
ALTER TABLE `monitor` ADD `runbook_url` text;