CREATE TABLE `field_rule_set` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`model_id` integer NOT NULL,
	`revision` integer NOT NULL,
	`rules` text NOT NULL,
	`created_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `model`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `field_rule_set_revision` ON `field_rule_set` (`model_id`,`revision`);--> statement-breakpoint
CREATE TABLE `replayed_refusal` (
	`day` text NOT NULL,
	`seq` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`actor` text NOT NULL,
	PRIMARY KEY(`day`, `seq`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `replayed_refusal_at` ON `replayed_refusal` (`at_ms`);--> statement-breakpoint
CREATE TABLE `validation_count` (
	`day_ms` integer NOT NULL,
	`client_id` integer NOT NULL,
	`model_id` integer NOT NULL,
	`field` text NOT NULL,
	`code` text NOT NULL,
	`count` integer NOT NULL,
	`last_ms` integer NOT NULL,
	PRIMARY KEY(`day_ms`, `client_id`, `model_id`, `field`, `code`),
	FOREIGN KEY (`model_id`) REFERENCES `model`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `api_key` ADD `expires_ms` integer;--> statement-breakpoint
ALTER TABLE `api_key` ADD `client_id` integer;--> statement-breakpoint
ALTER TABLE `api_key` ADD `records_per_second` real;--> statement-breakpoint
ALTER TABLE `api_key` ADD `bytes_per_second` real;