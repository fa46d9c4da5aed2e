ALTER TABLE `notification` ADD `group_key` text;--> statement-breakpoint
ALTER TABLE `notification` ADD `group_id` integer;--> statement-breakpoint
CREATE INDEX `notification_group` ON `notification` (`group_id`) WHERE group_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `notification_group_sent` ON `notification` (`channel_id`,`group_key`,`sent_ms`) WHERE group_key IS NOT NULL AND state = 'sent';--> statement-breakpoint
ALTER TABLE `self_alert` ADD `acknowledged_by` text;--> statement-breakpoint
ALTER TABLE `self_alert` ADD `acknowledged_ms` integer;--> statement-breakpoint
ALTER TABLE `self_alert` ADD `silenced_until_ms` integer;--> statement-breakpoint
ALTER TABLE `self_alert` ADD `silence_reason` text;