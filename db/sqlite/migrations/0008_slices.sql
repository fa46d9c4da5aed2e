CREATE TABLE `slice` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`model_id` integer NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL,
	`conditions` text NOT NULL,
	`created_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`ended_ms` integer,
	`ended_by` text,
	FOREIGN KEY (`model_id`) REFERENCES `model`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `slice_revision` ON `slice` (`model_id`,`name`,`revision`);--> statement-breakpoint
ALTER TABLE `alert` ADD `slice_id` integer;--> statement-breakpoint
ALTER TABLE `alert` ADD `slice_name` text;--> statement-breakpoint
ALTER TABLE `monitor` ADD `slice_id` integer;--> statement-breakpoint
ALTER TABLE `monitor` ADD `slice_name` text;--> statement-breakpoint
ALTER TABLE `joined_label` ADD `slices` text;