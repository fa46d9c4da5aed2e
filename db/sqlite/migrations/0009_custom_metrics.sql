CREATE TABLE `custom_metric` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`model_id` integer NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL,
	`expression` text NOT NULL,
	`aggregate` text NOT NULL,
	`fields` text NOT NULL,
	`unit` text,
	`bad` text NOT NULL,
	`baseline` text NOT NULL,
	`fixed_limit` real,
	`series_id` integer,
	`is_removed` integer NOT NULL,
	`created_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`why` text NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `model`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `custom_metric_revision` ON `custom_metric` (`model_id`,`name`,`revision`);