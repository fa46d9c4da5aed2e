CREATE TABLE `api_key` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`created_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`last_used_ms` integer,
	`revoked_ms` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_key_hash_unique` ON `api_key` (`hash`);--> statement-breakpoint
CREATE TABLE `audit_entry` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at_ms` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `session` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`csrf_token` text NOT NULL,
	`created_ms` integer NOT NULL,
	`last_seen_ms` integer NOT NULL,
	`expires_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `session_expires` ON `session` (`expires_ms`);--> statement-breakpoint
CREATE TABLE `setting` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `user` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text NOT NULL,
	`created_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `user_name_unique` ON `user` (`name`);--> statement-breakpoint
CREATE TABLE `alert_event` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`alert_id` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`kind` text NOT NULL,
	`actor` text NOT NULL,
	`note` text NOT NULL,
	FOREIGN KEY (`alert_id`) REFERENCES `alert`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `alert_event_alert` ON `alert_event` (`alert_id`);--> statement-breakpoint
CREATE TABLE `alert` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`model_id` integer NOT NULL,
	`version_id` integer NOT NULL,
	`cause` text NOT NULL,
	`severity` text NOT NULL,
	`state` text NOT NULL,
	`onset_ms` integer NOT NULL,
	`fired_ms` integer NOT NULL,
	`resolved_ms` integer,
	`resolution` text,
	`title` text NOT NULL,
	`summary` text NOT NULL,
	`members` text NOT NULL,
	`inhibited_by` integer,
	`historical` integer NOT NULL,
	`acknowledged_by` text,
	`acknowledged_ms` integer,
	`silenced_until_ms` integer,
	`silence_reason` text,
	`dedup_key` text NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `model`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`version_id`) REFERENCES `version`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `alert_dedup_key_unique` ON `alert` (`dedup_key`);--> statement-breakpoint
CREATE INDEX `alert_version` ON `alert` (`version_id`,`state`);--> statement-breakpoint
CREATE INDEX `alert_fired` ON `alert` (`fired_ms`);--> statement-breakpoint
CREATE TABLE `evaluation_detail` (
	`evaluation_id` integer PRIMARY KEY NOT NULL,
	`detail` text NOT NULL,
	FOREIGN KEY (`evaluation_id`) REFERENCES `evaluation`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `evaluation` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`version_id` integer NOT NULL,
	`monitor_id` integer NOT NULL,
	`window_start_ms` integer NOT NULL,
	`window_end_ms` integer NOT NULL,
	`revision` integer NOT NULL,
	`is_newest` integer NOT NULL,
	`verdict` text NOT NULL,
	`value` real,
	`limit_value` real,
	`n` integer NOT NULL,
	`n_reference` integer,
	`p_value` real,
	`p_corrected` real,
	`reason` text NOT NULL,
	`historical` integer NOT NULL,
	`evaluated_ms` integer NOT NULL,
	FOREIGN KEY (`monitor_id`) REFERENCES `monitor`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "evaluation_value_finite" CHECK(value IS NULL OR abs(value) <= 1.7976931348623157e308),
	CONSTRAINT "evaluation_limit_finite" CHECK(limit_value IS NULL OR abs(limit_value) <= 1.7976931348623157e308)
) STRICT;
--> statement-breakpoint
CREATE INDEX `evaluation_version_window` ON `evaluation` (`version_id`,`window_start_ms`) WHERE is_newest = 1;--> statement-breakpoint
CREATE INDEX `evaluation_window` ON `evaluation` (`window_start_ms`);--> statement-breakpoint
CREATE UNIQUE INDEX `evaluation_revision` ON `evaluation` (`monitor_id`,`window_start_ms`,`revision`);--> statement-breakpoint
CREATE TABLE `monitor_state` (
	`monitor_id` integer PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`recent` text NOT NULL,
	`calm` integer NOT NULL,
	`onset_ms` integer,
	`last_window_start_ms` integer,
	`last_verdict` text,
	`memory` text,
	FOREIGN KEY (`monitor_id`) REFERENCES `monitor`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `column_name` (
	`version_id` integer NOT NULL,
	`column_id` integer NOT NULL,
	`family` text NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`version_id`, `column_id`),
	FOREIGN KEY (`version_id`) REFERENCES `version`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `column_family_name` ON `column_name` (`version_id`,`family`,`name`);--> statement-breakpoint
CREATE TABLE `model` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`created_ms` integer NOT NULL,
	`settings` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `model_name_unique` ON `model` (`name`);--> statement-breakpoint
CREATE TABLE `version` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`model_id` integer NOT NULL,
	`name` text NOT NULL,
	`mode` text NOT NULL,
	`created_ms` integer NOT NULL,
	`profile_id` integer,
	FOREIGN KEY (`model_id`) REFERENCES `model`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `version_name` ON `version` (`model_id`,`name`);--> statement-breakpoint
CREATE TABLE `channel` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`enabled` integer NOT NULL,
	`created_ms` integer NOT NULL,
	`host` text NOT NULL,
	`url` text NOT NULL,
	`secret` text NOT NULL,
	`deleted` integer DEFAULT false NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `delivery_attempt` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`notification_id` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status` integer,
	`error` text,
	FOREIGN KEY (`notification_id`) REFERENCES `notification`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `delivery_attempt_notification` ON `delivery_attempt` (`notification_id`);--> statement-breakpoint
CREATE TABLE `notification` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`channel_id` integer NOT NULL,
	`alert_id` integer,
	`type` text NOT NULL,
	`key` text NOT NULL,
	`body` text NOT NULL,
	`created_ms` integer NOT NULL,
	`due_ms` integer NOT NULL,
	`attempts` integer NOT NULL,
	`state` text NOT NULL,
	`last_error` text,
	`sent_ms` integer,
	`leased_until_ms` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`channel_id`) REFERENCES `channel`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `notification_waiting` ON `notification` (`due_ms`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `notification_order` ON `notification` (`channel_id`,`alert_id`,`id`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `notification_alert` ON `notification` (`alert_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `notification_key` ON `notification` (`channel_id`,`key`);--> statement-breakpoint
CREATE TABLE `monitor` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`version_id` integer NOT NULL,
	`profile_id` integer NOT NULL,
	`metric` text NOT NULL,
	`family` text,
	`column_name` text,
	`baseline` text NOT NULL,
	`method` text,
	`effect_floor` real NOT NULL,
	`cause` text NOT NULL,
	`severity` text NOT NULL,
	`policy` text NOT NULL,
	`enabled` integer NOT NULL,
	FOREIGN KEY (`version_id`) REFERENCES `version`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`profile_id`) REFERENCES `profile`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `monitor_version` ON `monitor` (`version_id`,`profile_id`);--> statement-breakpoint
CREATE TABLE `profile` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`version_id` integer NOT NULL,
	`revision` integer NOT NULL,
	`status` text NOT NULL,
	`created_ms` integer NOT NULL,
	`activated_ms` integer,
	`body` text NOT NULL,
	`chunks` text NOT NULL,
	FOREIGN KEY (`version_id`) REFERENCES `version`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `profile_revision` ON `profile` (`version_id`,`revision`);--> statement-breakpoint
CREATE TABLE `due_window` (
	`version_id` integer NOT NULL,
	`start_ms` integer NOT NULL,
	`end_ms` integer NOT NULL,
	`due_ms` integer NOT NULL,
	`backfill` integer NOT NULL,
	PRIMARY KEY(`version_id`, `start_ms`, `end_ms`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `due_window_due` ON `due_window` (`due_ms`);--> statement-breakpoint
CREATE TABLE `joined_label` (
	`model_id` integer NOT NULL,
	`prediction_id` text NOT NULL,
	`version_id` integer NOT NULL,
	`record_ms` integer NOT NULL,
	`label_ms` integer NOT NULL,
	`actual` text NOT NULL,
	`predicted` text NOT NULL,
	`score` real,
	`keep_from_ms` integer NOT NULL,
	PRIMARY KEY(`model_id`, `prediction_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `joined_label_keep_from` ON `joined_label` (`keep_from_ms`);--> statement-breakpoint
CREATE TABLE `late_bucket` (
	`version_id` integer NOT NULL,
	`profile_id` integer NOT NULL,
	`level` integer NOT NULL,
	`start_ms` integer NOT NULL,
	`arrived_ms` integer NOT NULL,
	PRIMARY KEY(`version_id`, `profile_id`, `level`, `start_ms`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `pending_label` (
	`model_id` integer NOT NULL,
	`prediction_id` text NOT NULL,
	`label_ms` integer NOT NULL,
	`actual` text NOT NULL,
	`received_ms` integer NOT NULL,
	PRIMARY KEY(`model_id`, `prediction_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `pending_label_received` ON `pending_label` (`received_ms`);--> statement-breakpoint
CREATE TABLE `stage_position` (
	`stage` text PRIMARY KEY NOT NULL,
	`day` text NOT NULL,
	`seq` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `summary` (
	`version_id` integer NOT NULL,
	`profile_id` integer NOT NULL,
	`level` integer NOT NULL,
	`start_ms` integer NOT NULL,
	`column_id` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`version_id`, `profile_id`, `level`, `start_ms`, `column_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `version_span` (
	`version_id` integer PRIMARY KEY NOT NULL,
	`first_ms` integer NOT NULL,
	`last_ms` integer NOT NULL,
	`received_ms` integer NOT NULL,
	`records` integer NOT NULL
) STRICT;
